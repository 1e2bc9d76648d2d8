import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type VirtualClock, virtualClock } from '../../../server/clock.ts';
import { readConfig } from '../../../server/config.ts';
import type { Services } from '../../../server/services.ts';
import { startServer } from '../../../server/start-server.ts';
import { setUpLink } from '../../../server/use-cases/set-up.ts';
import { builtAssets } from '../built-assets.ts';
import { freePort } from '../free-port.ts';
import { type MailCatcher, startMailCatcher } from '../mail-catcher.ts';
import { liveUntil } from './live-until.ts';

/**
 * Long before any real day: sessions end by the machine's clock, so people stay signed in while the
 * story's own clock goes on for years.
 */
const FIRST_DAY = '2024-03-04T09:00:00.000Z';

/** The server as `npm start` runs it, on an empty folder, with real SMTP and a clock that is moved. */
export interface StoryServer {
  readonly url: string;
  readonly services: Services;
  readonly clock: VirtualClock;
  readonly mail: MailCatcher;
  /** The one-time link that the server prints at its first start. */
  readonly setUpLink: string;
  /** Waits until everything that is due now has been done. */
  settle(): Promise<void>;
  /** Lives on until then: whatever falls due on the way is done at its own time. */
  until(instant: string): Promise<void>;
  stop(): Promise<void>;
}

/** What the people of a story need of it, however many processes there are. */
export type StoryPlace = Pick<StoryServer, 'url' | 'mail' | 'setUpLink' | 'settle'>;

export async function startStoryServer(): Promise<StoryServer> {
  builtAssets();
  const folder = mkdtempSync(join(tmpdir(), 'concordat-story-'));
  const mail = await startMailCatcher();
  // Known before the server listens, as every link is made from it.
  const port = await freePort();
  const config = readConfig({
    args: [],
    env: {
      CONCORDAT_STORE: `lmdb:${join(folder, 'data')}`,
      CONCORDAT_PORT: String(port),
      CONCORDAT_MAIL: mail.url,
      CONCORDAT_MAIL_FROM: 'Partnerships <partnerships@northshire.example>',
      CONCORDAT_LOG_LEVEL: process.env['CONCORDAT_TEST_LOG'] ?? 'silent',
    },
  });
  const clock = virtualClock(FIRST_DAY);
  const server = await startServer(config, { clock });
  const { services, worker } = server;
  const { tasks } = services.store;

  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      worker.wake();
      await delay(15);
      const open = await tasks.list({ state: 'due', limit: 5_000 });
      const busy = open.some(({ lease, nextAt }) => lease !== null || nextAt <= clock.now());
      quiet = busy ? 0 : quiet + 1;
    }
  }

  return {
    url: config.url,
    services,
    clock,
    mail,
    setUpLink: (await setUpLink(services)) ?? '',
    settle,
    until: (instant) => liveUntil({ clock, tasks, settle }, instant),
    async stop() {
      await server.stop();
      await mail.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
