import { ConcordatError, isConcordatError } from '../../engine/errors.ts';
import { breathe } from '../breathe.ts';
import type { Services } from '../services.ts';
import type { TellProgress } from '../store/store.ts';
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
}: Pick<Services, 'store' | 'clock' | 'log'>): LongWorkRunner {
  let stopping = false;
  let queue: Promise<void> = Promise.resolve();

  async function runOne(begun: LongWork, run: RunWork): Promise<void> {
    let work: LongWork = { ...begun, state: 'running' };
    const note = async (change: Partial<LongWork>): Promise<void> => {
      work = { ...work, ...change, updatedAt: clock.now() };
      await store.work.put(work);
    };
    let noted = 0;
    const tell: TellProgress = async (step, done = 0, total = null) => {
      if (stopping) throw stopped();
      work = { ...work, step, done, total };
      // pages get their turn between two steps, however short these are
      await breathe();
      if (performance.now() - noted < NOTE_EVERY_MS) return;
      noted = performance.now();
      await note({});
    };
    const alive = setInterval(() => {
      note({}).catch((error: unknown) =>
        log.warn({ error, work: work.id }, 'long work: not noted'),
      );
    }, ALIVE_EVERY_MS);
    try {
      if (stopping) throw stopped();
      await note({});
      const result = await run(tell);
      clearInterval(alive);
      await note({ state: 'done', result });
    } catch (error) {
      clearInterval(alive);
      log.error({ error, work: work.id, kind: work.kind }, 'long work failed');
      await note({ state: 'failed', problem: inWords(error) }).catch(() => undefined);
    }
  }

  return {
    async begin(work, run) {
      if (stopping) throw stopped();
      await store.work.put(work);
      queue = queue.then(() => runOne(work, run));
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
