import { ConcordatError, isConcordatError } from '../../engine/errors.ts';
import { breathe } from '../breathe.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store, TellProgress } from '../store/store.ts';
import type { LongWork } from '../store/work-store.ts';

/** Does what takes too long for one request, one after the other, while pages go on. */
export interface LongWorkRunner {
  /** Notes it and puts it behind what is under way; answers as soon as it is noted. */
  begin(work: LongWork, run: RunWork): Promise<LongWork>;
  /** When nothing is under way. */
  idle(): Promise<void>;
  /** Ends what is under way at its next step, and takes nothing more. */
  stop(): Promise<void>;
}

type RunWork = (tell: TellProgress) => Promise<NonNullable<LongWork['result']>>;

/** How often progress is written down, at most. */
const NOTE_EVERY_MS = 400;
/** It is said this often that it is still alive, also within one long step. */
const ALIVE_EVERY_MS = 10_000;

export function createLongWorkRunner({
  store,
  clock,
  log,
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}): LongWorkRunner {
  let stopping = false;
  let queue: Promise<void> = Promise.resolve();

  /** From now on what is written down of it goes in order, and says that it is still alive. */
  function follow(begun: LongWork): {
    readonly note: (change: Partial<LongWork>) => Promise<void>;
    readonly end: () => void;
  } {
    let work = begun;
    let writing: Promise<void> = Promise.resolve();
    const note = (change: Partial<LongWork>): Promise<void> => {
      work = { ...work, ...change, updatedAt: clock.now() };
      const noted = work;
      writing = writing.catch(() => undefined).then(() => store.work.put(noted));
      return writing;
    };
    const alive = setInterval(() => {
      note({}).catch((error: unknown) => {
        log.warn({ error, work: begun.id }, 'long work: not noted');
      });
    }, ALIVE_EVERY_MS);
    return { note, end: () => clearInterval(alive) };
  }

  async function runOne(
    { id, kind }: LongWork,
    run: RunWork,
    { note, end }: ReturnType<typeof follow>,
  ): Promise<void> {
    let noted = Number.NEGATIVE_INFINITY;
    const tell: TellProgress = async (step, done = 0, total = null) => {
      if (stopping) throw stopped();
      // pages get their turn between two steps, however short these are
      await breathe();
      if (performance.now() - noted < NOTE_EVERY_MS) return;
      noted = performance.now();
      await note({ step, done, total });
    };
    try {
      if (stopping) throw stopped();
      await note({ state: 'running' });
      const result = await run(tell);
      await note({ state: 'done', result });
    } catch (error) {
      log.error({ error, work: id, kind }, 'long work failed');
      await note({ state: 'failed', problem: inWords(error) }).catch(() => undefined);
    } finally {
      end();
    }
  }

  return {
    async begin(work, run) {
      if (stopping) throw stopped();
      await store.work.put(work);
      const following = follow(work);
      queue = queue.then(() => runOne(work, run, following));
      return work;
    },
    idle: () => queue,
    async stop() {
      stopping = true;
      await queue;
    },
  };
}

function inWords(error: unknown): string {
  return isConcordatError(error)
    ? error.userMessage
    : 'Something went wrong that was not expected; the server’s log says what. Try again.';
}

function stopped(): ConcordatError {
  return new ConcordatError('store-unreadable', 'the server stops', {
    userMessage: 'The server was stopped before this was finished. Start it again.',
  });
}
