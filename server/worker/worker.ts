import { isConcordatError } from '../../engine/errors.ts';
import { TASK_RUNNERS } from '../effects/run-task.ts';
import { newId } from '../new-id.ts';
import type { Services } from '../services.ts';
import type { TaskRecord } from '../store/task.ts';
import { retryAt } from './retry-at.ts';

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
  /** How many tasks are under way at the same time. */
  readonly concurrency?: number;
  readonly leaseMs?: number;
  /** Longest sleep when nothing is due. */
  readonly idleMs?: number;
  /** A task that fails this often is parked and shown to a person. */
  readonly maxTries?: number;
}

/** Claims due tasks by lease and does them; one that keeps failing is parked and blocks no other. */
export function createWorker(services: Services, options: WorkerOptions = {}): Worker {
  const { concurrency = 16, leaseMs = 60_000, idleMs = 1_000, maxTries = 8 } = options;
  const { store, clock, log } = services;
  const owner = newId();
  let running: Promise<void> | null = null;
  const state = { stopping: false };
  let wakeUp: (() => void) | null = null;

  async function runOne(task: TaskRecord): Promise<void> {
    const token = task.lease?.token ?? 0;
    try {
      await TASK_RUNNERS[task.kind](services, task);
      await store.tasks.complete(task.id, token, clock.now());
    } catch (error) {
      await failed(task, token, error);
    }
  }

  async function failed(task: TaskRecord, token: number, error: unknown): Promise<void> {
    const code = isConcordatError(error) ? error.code : 'internal';
    const message = error instanceof Error ? error.message : String(error);
    const tries = task.tries + 1;
    const facts = { task: task.id, kind: task.kind, tries, code };
    // Waiting for an earlier signal, or for a mail server, is no fault of the task's own.
    const patient = code === 'conflict' || code === 'mail-unavailable' || code === 'store-full';
    if (tries >= (patient ? maxTries * 4 : maxTries)) {
      log.error({ ...facts, err: error }, 'task parked');
      await store.tasks.park(task.id, token, message);
      return;
    }
    log.warn({ ...facts, err: error }, 'task failed, will be tried again');
    await store.tasks.retry(task.id, token, retryAt(clock.now(), tries), message);
  }

  /** Claims and does one round; answers how many tasks it claimed. */
  async function round(): Promise<number> {
    const ask = { now: clock.now(), limit: concurrency * 4, owner, leaseMs };
    const claimed = await store.tasks.claim(ask);
    const queues = inOrderPerInstance(claimed);
    const lanes = Array.from({ length: Math.min(concurrency, queues.length) }, async () => {
      for (let queue = queues.shift(); queue; queue = queues.shift()) {
        for (const task of queue) {
          if (state.stopping) await store.tasks.release(task.id, task.lease?.token ?? 0);
          else await runOne(task);
        }
      }
    });
    await Promise.all(lanes);
    return claimed.length;
  }

  async function loop(): Promise<void> {
    while (!state.stopping) {
      let claimed = 0;
      try {
        claimed = await round();
      } catch (error) {
        log.error({ err: error }, 'the worker could not reach the store');
      }
      if (claimed === 0 && !state.stopping) await sleep();
    }
  }

  async function sleep(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, idleMs);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wakeUp = null;
  }

  return {
    start() {
      if (running) return;
      state.stopping = false;
      running = loop();
    },
    async stop() {
      state.stopping = true;
      wakeUp?.();
      await running;
      running = null;
    },
    wake: () => wakeUp?.(),
    async drain() {
      let done = 0;
      for (;;) {
        const claimed = await round();
        if (claimed === 0) return done;
        done += claimed;
      }
    },
  };
}

/** Tasks of one instance go one after the other, in the order of their commits. */
function inOrderPerInstance(tasks: readonly TaskRecord[]): TaskRecord[][] {
  const queues = new Map<string, TaskRecord[]>();
  for (const task of tasks) {
    const queue = queues.get(task.instance);
    if (queue) queue.push(task);
    else queues.set(task.instance, [task]);
  }
  for (const queue of queues.values()) queue.sort(bySequence);
  return [...queues.values()];
}

function bySequence(a: TaskRecord, b: TaskRecord): number {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt ? -1 : 1;
  if (a.seq !== b.seq) return a.seq - b.seq;
  return a.id.localeCompare(b.id, 'en', { numeric: true });
}
