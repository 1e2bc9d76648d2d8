import { TASK_RUNNERS } from '../effects/run-task.ts';
import { newId } from '../new-id.ts';
import type { Services } from '../services.ts';
import { LANES, type TaskLane } from '../store/task.ts';
import { createDueWatch } from './due-watch.ts';
import { createLane, type LaneOptions } from './lane.ts';

export interface Worker {
  /** Begins to look for due tasks; safe to call twice. */
  start(): void;
  /** Finishes what it is doing, gives back what it has not begun, and stops. */
  stop(): Promise<void>;
  /**
   * For whoever can wait no longer after `stop`: gives back what is still under way, so that another
   * process takes it at once. Answers how many tasks; break off what they wait for after this.
   */
  giveBack(): Promise<number>;
  /** Looks again now: a commit has just made something due. */
  wake(): void;
  /** Does everything that is due at this moment; for tests and the demo. Answers how many. */
  drain(): Promise<number>;
}

export interface WorkerOptions {
  /** How many tasks are under way at the same time, in each lane; of documents fewer. */
  readonly concurrency?: number;
  /** A lease is renewed for as long as its task is in hand; after a crash this long is waited. */
  readonly leaseMs?: number;
  /**
   * How long the store is not asked when nothing is due: a little more than a second, as now and then
   * it is asked for what was left behind as well.
   */
  readonly idleMs?: number;
  /** The same, where the store tells of new tasks. */
  readonly toldMs?: number;
  /** A task that fails this often is parked and shown to a person. */
  readonly maxTries?: number;
  /** What tests put in place of the usual. */
  readonly runners?: LaneOptions['runners'];
}

/**
 * Claims due tasks by lease and does them; one that keeps failing is parked and blocks no other. Mail
 * and documents have lanes of their own, so that a mail server that hangs delays mail only, and many
 * documents at once delay documents only.
 */
export function createWorker(services: Services, options: WorkerOptions = {}): Worker {
  const { concurrency = 16, leaseMs = 10_000, idleMs = 1_250, toldMs = 5_000 } = options;
  const { maxTries = 8, runners = TASK_RUNNERS } = options;
  const common = { owner: newId(), runners, leaseMs, maxTries };
  const atOnce: Readonly<Record<TaskLane, number>> = {
    work: concurrency,
    // one more than are drawn at once, so that none who draws is idle: a person's own document comes soon as well
    documents: Math.min(concurrency, services.config.workers + 1),
    mail: concurrency,
  };
  const lanes = LANES.map((lane) =>
    createLane(services, { ...common, lane, concurrency: atOnce[lane] }),
  );
  const wake = (): void => {
    for (const lane of lanes) lane.wake();
  };
  const watch = createDueWatch(services, { idleMs, toldMs, wake });
  return {
    start() {
      for (const lane of lanes) lane.start();
      watch.start();
    },
    async stop() {
      await Promise.all([watch.stop(), ...lanes.map((lane) => lane.stop())]);
    },
    async giveBack() {
      const given = await Promise.all(lanes.map((lane) => lane.giveBack()));
      return given.reduce((sum, many) => sum + many, 0);
    },
    wake,
    async drain() {
      for (let done = 0; ; ) {
        let more = 0;
        for (const lane of lanes) {
          more = await lane.drain();
          // what it brought goes before the lanes that come later
          if (more > 0) break;
        }
        if (more === 0) return done;
        done += more;
      }
    },
  };
}
