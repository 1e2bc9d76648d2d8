import { TASK_RUNNERS } from '../effects/run-task.ts';
import { newId } from '../new-id.ts';
import type { Services } from '../services.ts';
import { createLane, type LaneOptions } from './lane.ts';

export interface Worker {
  /** Begins to look for due tasks; safe to call twice. */
  start(): void;
  /** Finishes what it is doing, gives back what it has not begun, and stops. */
  stop(): Promise<void>;
  /** Looks again now: a commit has just made something due. */
  wake(): void;
  /** Does everything that is due at this moment; for tests and the demo. Answers how many. */
  drain(): Promise<number>;
}

export interface WorkerOptions {
  /** How many tasks are under way at the same time, in each lane. */
  readonly concurrency?: number;
  /** A lease is renewed for as long as its task is in hand; after a crash this long is waited. */
  readonly leaseMs?: number;
  /** Longest sleep when nothing is due. */
  readonly idleMs?: number;
  /** A task that fails this often is parked and shown to a person. */
  readonly maxTries?: number;
  /** What tests put in place of the usual. */
  readonly runners?: LaneOptions['runners'];
}

/**
 * Claims due tasks by lease and does them; one that keeps failing is parked and blocks no other. Mail
 * has a lane of its own, so that a mail server that hangs delays mail only.
 */
export function createWorker(services: Services, options: WorkerOptions = {}): Worker {
  const { concurrency = 16, leaseMs = 10_000, idleMs = 1_000, maxTries = 8 } = options;
  const { runners = TASK_RUNNERS } = options;
  const common = { owner: newId(), runners, concurrency, leaseMs, idleMs, maxTries };
  const lanes = (['work', 'mail'] as const).map((lane) =>
    createLane(services, { ...common, lane }),
  );
  return {
    start() {
      for (const lane of lanes) lane.start();
    },
    async stop() {
      await Promise.all(lanes.map((lane) => lane.stop()));
    },
    wake() {
      for (const lane of lanes) lane.wake();
    },
    async drain() {
      for (let done = 0; ; ) {
        let more = 0;
        for (const lane of lanes) more += await lane.drain();
        if (more === 0) return done;
        done += more;
      }
    },
  };
}
