import type { Services } from '../services.ts';

const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 10 * 60_000;

/**
 * Forgets now and then what has ended: sessions, with what was typed in them and never sent, and the
 * files of exports. Any number of processes may do so at once.
 */
export function startHousekeeping(
  { store, clock, log }: Pick<Services, 'store' | 'clock' | 'log'>,
  { firstAfterMs = FIRST_AFTER_MS, everyMs = EVERY_MS } = {},
): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout;
  let sweeping = Promise.resolve();
  const sweep = async (): Promise<void> => {
    const now = clock.now();
    try {
      await store.sessions.sweep(now);
      await store.work.sweep(now);
    } catch (error) {
      log.warn({ error }, 'housekeeping: tried again later');
    }
    if (!stopped) plan(everyMs);
  };
  const plan = (afterMs: number): void => {
    timer = setTimeout(() => {
      sweeping = sweep();
    }, afterMs);
    timer.unref();
  };
  plan(firstAfterMs);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await sweeping;
    },
  };
}
