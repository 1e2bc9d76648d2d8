import type { Express } from 'express';
import { asOurError } from './as-our-error.ts';
import type { Services } from '../services.ts';

/** For those who watch the server: `live` says that it runs, `ready` that it can do its work. */
export function healthRoutes({ store, clock, log }: Services, app: Express): void {
  app.get('/health/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  app.get('/health/ready', async (_request, response) => {
    try {
      await store.check();
      const parked = await store.tasks.list({ state: 'parked', limit: 100 });
      const next = (await store.tasks.nextDueAt()) ?? null;
      const lag = next === null ? 0 : Math.max(0, Date.parse(clock.now()) - Date.parse(next));
      response.json({ status: 'ready', parkedTasks: parked.length, taskLagSeconds: lag / 1_000 });
    } catch (thrown) {
      log.error({ err: thrown }, 'not ready');
      const error = asOurError(thrown);
      response.set('retry-after', '30');
      response.status(503).json({ status: 'not ready', code: error.code, why: error.userMessage });
    }
  });
}
