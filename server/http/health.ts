import type { Express } from 'express';
import { checkHealth, type Health } from '../observe/check-health.ts';
import type { Services } from '../services.ts';

/** Anybody may ask, and each look writes to the disk: whoever asks more often gets the last answer. */
const LOOK_EVERY_MS = 1_000;

/**
 * For those who watch the server: `live` says that it runs, `ready` that it can do its work, and if
 * not, which part cannot and what to do.
 */
export function healthRoutes(
  services: Pick<Services, 'store' | 'clock' | 'log' | 'trouble'>,
  app: Express,
  isStopping: () => boolean,
): void {
  let latest: { readonly at: number; readonly health: Promise<Health> } | undefined;

  async function look(): Promise<Health> {
    if (isStopping()) return checkHealth(services, true);
    if (latest === undefined || performance.now() - latest.at > LOOK_EVERY_MS) {
      latest = { at: performance.now(), health: checkHealth(services, false) };
    }
    return latest.health;
  }

  app.get('/health/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  app.get('/health/ready', async (_request, response) => {
    const { ready, parts, left, error } = await look();
    if (!ready) response.set('retry-after', '30');
    response.set('cache-control', 'no-store').status(ready ? 200 : 503);
    response.json({
      status: ready ? 'ready' : 'not ready',
      ...(error === null ? {} : { code: error.code, why: error.userMessage }),
      ...left,
      parts,
    });
  });
}
