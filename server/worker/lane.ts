import { type ErrorCode, isConcordatError } from '../../engine/errors.ts';
import { passOverChase } from '../effects/chase-task.ts';
import type { RunTask } from '../effects/run-task.ts';
import { tellAboutParkedTask } from '../effects/tell-about-parked-task.ts';
import type { Services } from '../services.ts';
import type { TaskKind, TaskLane, TaskRecord } from '../store/task.ts';
import { failureInWords } from './failure-in-words.ts';
import { retryAt } from './retry-at.ts';

/** Works off the due tasks of one lane. */
export interface Lane {
  start(): void;
  stop(): Promise<void>;
  /** Lets go of what is still under way, so that others take it at once; whatever it brings counts no more. */
  giveBack(): Promise<number>;
  wake(): void;
  /** Does everything of this lane that is due at this moment; answers how many tasks it claimed. */
  drain(): Promise<number>;
}

export interface LaneOptions {
  readonly lane: TaskLane;
  readonly owner: string;
  readonly runners: Readonly<Record<TaskKind, RunTask>>;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly maxTries: number;
}

/** Retries grow to an hour, so this is about a week: a mail server may be down for days. */
const MAIL_SERVER_TRIES = 180;

/** Waiting for an earlier signal, for room or for the database is no fault of the task's own. */
const NOT_ITS_FAULT: readonly ErrorCode[] = ['conflict', 'store-full', 'store-unreadable'];

/** So long a task is left to servers that know its workflow. If there are none, a person is told of it. */
const LEFT_FOR_MS = 3_600_000;

export function createLane(services: Services, options: LaneOptions): Lane {
  const { store, clock, log } = services;
  const { lane, owner, concurrency, leaseMs, maxTries } = options;
  /** Everything that is claimed and not finished, by id. */
  const inHand = new Map<string, TaskRecord>();
  /** What of it has not begun, in order. */
  let waiting: TaskRecord[] = [];
  /** Tasks of one instance go one after the other. */
  const busy = new Set<string>();
  let running: Promise<void> | null = null;
  /** Mails about parked tasks, one after the other: no task waits for a mail server by them. */
  let telling: Promise<void> = Promise.resolve();
  const state = { stopping: false, givenBack: false, woken: false };
  const isStopping = (): boolean => state.stopping;
  let nudge: (() => void) | null = null;

  function triesFor(code: ErrorCode): number {
    if (code === 'mail-unavailable') return Math.max(MAIL_SERVER_TRIES, maxTries);
    return NOT_ITS_FAULT.includes(code) ? maxTries * 4 : maxTries;
  }

  async function failed(task: TaskRecord, token: number, error: unknown): Promise<void> {
    // Broken off because we stop, which is no failed try.
    if (state.givenBack) return;
    const code = isConcordatError(error) ? error.code : 'internal';
    const now = clock.now();
    if (code === 'not-known-here' && Date.parse(now) - Date.parse(task.dueAt) < LEFT_FOR_MS) {
      log.debug({ task: task.id, kind: task.kind }, 'task left to a newer server');
      await store.tasks.leave(task.id, token, someSecondsAfter(now));
      return;
    }
    const said = failureInWords(error);
    const tries = task.tries + 1;
    const facts = { task: task.id, kind: task.kind, tries, code };
    if (tries >= triesFor(code)) {
      await passOverChase(services, task, token);
      log.error({ ...facts, err: error }, 'task parked');
      const parked = await store.tasks.park(task.id, token, said);
      if (parked) telling = telling.then(() => tell(task, said));
      return;
    }
    log.warn({ ...facts, err: error }, 'task failed, will be tried again');
    await store.tasks.retry(task.id, token, retryAt(now, tries), said);
  }

  async function tell(task: TaskRecord, said: string): Promise<void> {
    // Whoever stops does not wait for all of them: the page of parked tasks tells of them as well.
    if (state.stopping) log.warn({ task: task.id }, 'nobody was told of a parked task');
    else await tellAboutParkedTask(services, task, said);
  }

  async function runOne(task: TaskRecord): Promise<void> {
    const token = task.lease?.token ?? 0;
    try {
      try {
        const lateMs = Date.parse(clock.now()) - Date.parse(task.nextAt);
        await services.observer.watch('task', { kind: task.kind, lane, lateMs }, () =>
          options.runners[task.kind](services, task),
        );
        await store.tasks.complete(task.id, token, clock.now());
      } catch (error) {
        await failed(task, token, error);
      }
    } catch (error) {
      // Not even the failure could be written down: the lease runs out and it is tried again.
      log.error({ task: task.id, err: error }, 'the worker could not reach the store');
    }
  }

  /** Begins as many of the waiting tasks as may be under way at once. */
  function begin(): void {
    for (let at = 0; at < waiting.length && busy.size < concurrency; ) {
      const task = waiting[at];
      if (task === undefined || busy.has(task.instance)) {
        at += 1;
        continue;
      }
      waiting.splice(at, 1);
      // Whoever was paused for long finds that its tasks have gone to somebody else.
      if ((task.lease?.until ?? '') <= clock.now()) {
        inHand.delete(task.id);
        continue;
      }
      busy.add(task.instance);
      void runOne(task).then(() => {
        busy.delete(task.instance);
        inHand.delete(task.id);
        if (!state.stopping) begin();
        nudge?.();
      });
    }
  }

  /** Claims what is due, up to twice what can be under way; answers how many tasks that were. */
  async function claim(): Promise<number> {
    const ask = { now: clock.now(), limit: concurrency * 2 - inHand.size, owner, leaseMs, lane };
    const claimed = [...(await store.tasks.claim(ask))].sort(bySequence);
    for (const task of claimed) inHand.set(task.id, task);
    waiting.push(...claimed);
    begin();
    return claimed.length;
  }

  /** Holds on to what is in hand for longer, and lets go of what somebody else has taken. */
  async function renew(): Promise<void> {
    const held = [...inHand.values()];
    if (held.length === 0) return;
    const until = new Date(Date.parse(clock.now()) + leaseMs).toISOString();
    const leases = held.map(({ id, lease }) => ({ id, token: lease?.token ?? 0 }));
    const standing = await store.tasks.renew(leases, until);
    for (const task of held) {
      if (!inHand.has(task.id) || task.lease === null) continue;
      if (standing.has(task.id)) {
        const renewed = { ...task, lease: { ...task.lease, until } };
        inHand.set(task.id, renewed);
        waiting = waiting.map((one) => (one.id === task.id ? renewed : one));
      } else if (waiting.some(({ id }) => id === task.id)) {
        waiting = waiting.filter(({ id }) => id !== task.id);
        inHand.delete(task.id);
        nudge?.();
      }
    }
  }

  /** Until something has happened: a wake-up, or a task is no longer in hand. */
  async function pause(): Promise<void> {
    // A wake-up is heard once: waiting for tasks in hand must let them go on meanwhile.
    if (state.woken) {
      state.woken = false;
      return;
    }
    await new Promise<void>((resolve) => {
      nudge = resolve;
    });
    nudge = null;
  }

  async function loop(): Promise<void> {
    while (!state.stopping) {
      state.woken = false;
      let claimed = 0;
      try {
        if (inHand.size <= concurrency) claimed = await claim();
      } catch (error) {
        log.error({ err: error }, 'the worker could not reach the store');
      }
      if (claimed === 0 && !isStopping()) await pause();
    }
    for (const { id, lease } of waiting) await store.tasks.release(id, lease?.token ?? 0);
    for (const { id } of waiting) inHand.delete(id);
    waiting = [];
    while (inHand.size > 0) await pause();
  }

  /** Works with the leases kept up meanwhile. */
  async function renewing<T>(work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => {
      renew().catch((error: unknown) => log.error({ err: error }, 'leases could not be renewed'));
    }, leaseMs / 3);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  return {
    start() {
      if (running) return;
      state.stopping = false;
      running = renewing(loop);
    },
    async stop() {
      state.stopping = true;
      nudge?.();
      await running;
      await telling;
      running = null;
    },
    async giveBack() {
      state.givenBack = true;
      const held = [...inHand.values()];
      await Promise.all(held.map(({ id, lease }) => store.tasks.release(id, lease?.token ?? 0)));
      return held.length;
    },
    wake() {
      state.woken = true;
      nudge?.();
    },
    drain: () =>
      renewing(async () => {
        for (let done = 0; ; ) {
          const claimed = await claim();
          while (inHand.size > 0) await pause();
          if (claimed === 0) {
            await telling;
            return done;
          }
          done += claimed;
        }
      }),
  };
}

function bySequence(a: TaskRecord, b: TaskRecord): number {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt ? -1 : 1;
  if (a.seq !== b.seq) return a.seq - b.seq;
  return a.id.localeCompare(b.id, 'en', { numeric: true });
}

/** Not all at the same moment, so that one who knows what to do comes by first. */
function someSecondsAfter(now: string): string {
  return new Date(Date.parse(now) + 1_000 + Math.random() * 2_000).toISOString();
}
