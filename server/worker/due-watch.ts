import type { Services } from '../services.ts';
import type { TaskNews } from '../store/task-store.ts';

/** Looks for what is due, on behalf of all lanes of a process. */
export interface DueWatch {
  start(): void;
  stop(): Promise<void>;
}

interface DueWatchOptions {
  /** How long it waits before it asks again when nothing is known to be due sooner. */
  readonly idleMs: number;
  /** As `idleMs`, while the store tells of what is added. */
  readonly toldMs: number;
  /** Something can be claimed. */
  readonly wake: () => void;
}

/** Tasks that are added in quick succession are looked at together. */
const SOON_MS = 50;

/**
 * Asks the store when the next task is due, and sleeps until then; it asks sooner when the store tells
 * of a new one, and now and then in any case, since nobody may have told.
 */
export function createDueWatch(
  { store, clock, log }: Pick<Services, 'store' | 'clock' | 'log'>,
  { idleMs, toldMs, wake }: DueWatchOptions,
): DueWatch {
  let news: TaskNews | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  const state = { running: false, added: false, soon: false, reachable: true };

  function plan(afterMs: number): void {
    clearTimeout(timer);
    if (state.running) timer = setTimeout(look, afterMs);
  }

  function look(): void {
    state.soon = false;
    looking ??= ask().then((afterMs) => {
      looking = undefined;
      if (state.added) lookSoon();
      else plan(afterMs);
      state.added = false;
    });
  }

  function lookSoon(): void {
    // put off by each that follows, it would never come
    if (state.soon) return;
    state.soon = true;
    plan(SOON_MS);
  }

  /** Wakes the lanes when something is due; answers in how many milliseconds to look again. */
  async function ask(): Promise<number> {
    const longest = news?.live() === true ? toldMs : idleMs;
    try {
      const next = await store.tasks.nextDueAt();
      if (!state.reachable) log.info('the worker reaches the store again');
      state.reachable = true;
      const waitMs = next === undefined ? longest : Date.parse(next) - Date.parse(clock.now());
      if (waitMs > 0) return Math.min(waitMs, longest);
      wake();
    } catch (error) {
      if (state.reachable) log.error({ err: error }, 'the worker could not reach the store');
      state.reachable = false;
    }
    return idleMs;
  }

  return {
    start() {
      if (state.running) return;
      state.running = true;
      news = store.tasks.listen({
        added() {
          if (looking !== undefined) state.added = true;
          else lookSoon();
        },
        lost(error) {
          log.info({ err: error }, 'the store does not tell of new tasks: it is asked for them');
        },
      });
      look();
    },
    async stop() {
      state.running = false;
      clearTimeout(timer);
      await looking;
      await news?.stop();
      news = undefined;
    },
  };
}
