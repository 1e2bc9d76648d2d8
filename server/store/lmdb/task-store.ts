import { type FencedTask, LANES, type OpenTaskState } from '../task.ts';
import type { TaskStore } from '../task-store.ts';
import { instantKey } from '../instant-key.ts';
import { FIRST_INSTANT, LAST_INSTANT, LAST_TEXT } from './key.ts';
import { damaged } from '../damaged.ts';
import { getJson, type RecordTable, requireSoundBeside, type Tables } from './tables.ts';
import { isAnyBehind } from './behind.ts';
import type { Projector } from './projector.ts';
import { planTask, type Queue, type QueueKey, taskRecord } from './task-index.ts';
import { readPage } from './read-page.ts';
import type { WritePoint } from './faults.ts';
import type { WritePlan, Writer } from './writer.ts';

export function createLmdbTaskStore(
  tables: Tables,
  writer: Writer,
  projector: Projector,
): TaskStore {
  const tasks: RecordTable<FencedTask> = tables.tasks;
  const stored = (id: string) => getJson(tasks, id);

  /** Writes behind what is brought up to date meanwhile, in the same transaction where it can be. */
  async function write<T>(point: WritePoint, decide: (plan: WritePlan) => T): Promise<T> {
    const broughtUpToDate = projector.catchUp();
    const [result] = await Promise.all([writer.write(point, decide), broughtUpToDate]);
    return result;
  }

  function indexed(id: string): FencedTask {
    const task = stored(id);
    if (task === undefined) throw damaged(`the task ${id} is missing`, { task: id });
    return task;
  }

  /** What stands in a queue up to an instant, in order of time. */
  function queued(queue: Queue, until: number, limit?: number): QueueKey[] {
    const keys = tables.taskIndex.getKeys({
      start: [queue, FIRST_INSTANT],
      end: [queue, until, LAST_TEXT],
      ...(limit === undefined ? {} : { limit }),
    });
    return Array.from(keys, (key) => key as QueueKey);
  }

  /**
   * What may be claimed from a queue. Where a disk is full or something is damaged, not all may have been
   * brought: what an acknowledged commit has taken back must not be done, so that instance waits.
   */
  function claimable(queue: Queue, until: number, limit: number): FencedTask[] {
    if (!isAnyBehind(tables)) return queued(queue, until, limit).map(([, , id]) => indexed(id));
    const found: FencedTask[] = [];
    for (const [, , id] of queued(queue, until)) {
      const task = indexed(id);
      if (tables.behind.doesExist(task.instance)) continue;
      found.push(task);
      if (found.length === limit) break;
    }
    return found;
  }

  function leasedUnder(id: string, token: number): FencedTask | undefined {
    const task = stored(id);
    return task?.state === 'due' && task.lease?.token === token ? task : undefined;
  }

  /** Changes a task if `token` still is the newest and its lease stands. */
  function finish(id: string, token: number, change: (task: FencedTask) => Partial<FencedTask>) {
    return write('finish-task', (plan) => {
      const before = leasedUnder(id, token);
      if (before === undefined) return false;
      planTask(tables, plan, before, { ...before, lease: null, ...change(before) });
      return true;
    });
  }

  return {
    claim: async ({ now, limit, owner, leaseMs, lane }) => {
      const time = instantKey(now);
      const queues = queuesOf(lane === undefined ? LANES : [lane]);
      const nothingDue = () => queues.every((queue) => queued(queue, time, 1).length === 0);
      if (!projector.isBehind() && nothingDue()) return [];
      return write('claim', (plan) => {
        const free = queues
          .flatMap((queue) => claimable(queue, time, limit))
          .sort((a, b) => instantKey(a.nextAt) - instantKey(b.nextAt))
          .slice(0, limit);
        return free.map((before) => {
          const token = before.fence + 1;
          const until = new Date(time + leaseMs).toISOString();
          const after: FencedTask = { ...before, lease: { owner, token, until }, fence: token };
          planTask(tables, plan, before, after);
          return taskRecord(after);
        });
      });
    },

    renew: async (leases, until) =>
      write('claim', (plan) => {
        const standing = new Set<string>();
        for (const { id, token } of leases) {
          const before = leasedUnder(id, token);
          if (!before?.lease) continue;
          planTask(tables, plan, before, { ...before, lease: { ...before.lease, until } });
          standing.add(id);
        }
        return standing;
      }),

    complete: (id, token, at) =>
      finish(id, token, ({ tries }) => ({ state: 'done', tries: tries + 1, finishedAt: at })),

    retry: (id, token, nextAt, error) =>
      finish(id, token, ({ tries }) => ({ tries: tries + 1, nextAt, lastError: error })),

    park: (id, token, error) =>
      finish(id, token, ({ tries }) => ({ state: 'parked', tries: tries + 1, lastError: error })),

    release: (id, token) => finish(id, token, () => ({})),

    leave: (id, token, nextAt) => finish(id, token, () => ({ nextAt })),

    unpark: (id, nextAt) =>
      write('finish-task', (plan) => {
        const before = stored(id);
        if (before?.state !== 'parked') return false;
        planTask(tables, plan, before, { ...before, state: 'due', tries: 0, nextAt });
        return true;
      }),

    get: async (id) => {
      await projector.catchUp();
      const task = stored(id);
      if (task !== undefined) return taskRecord(task);
      requireSoundBeside(tasks, id);
      return undefined;
    },

    nextDueAt: async () => {
      await projector.catchUp();
      const first = queuesOf(LANES).map((queue) => queued(queue, LAST_INSTANT, 1)[0]);
      const next = Math.min(...first.map((key) => key?.[1] ?? LAST_INSTANT));
      return next === LAST_INSTANT ? undefined : new Date(next).toISOString();
    },

    // the one process that there is wakes its worker itself
    listen: () => ({ live: () => false, stop: async () => undefined }),

    list: async ({ state, instance, limit, after }) => {
      if (instance === undefined) await projector.catchUp();
      else await projector.requireUpToDate(instance);
      const last = after === undefined ? undefined : stored(after);
      const ids: string[] = [];
      for (const part of listed(state, instance)) {
        const places = part.prefixes.flatMap((prefix) => {
          const place = last === undefined ? undefined : placeIn(prefix, last);
          if (place === 'behind') return [];
          const keys = part.table.getKeys({
            start: [...prefix, ...(place ?? [FIRST_INSTANT])],
            end: [...prefix, LAST_INSTANT],
            exclusiveStart: place !== undefined,
            limit: limit - ids.length,
          });
          return Array.from(
            keys,
            (key) => (key as readonly unknown[]).slice(-2) as [number, string],
          );
        });
        if (part.prefixes.length > 1) places.sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1));
        ids.push(...places.slice(0, limit - ids.length).map(([, id]) => id));
        if (ids.length >= limit) break;
      }
      return ids.map((id) => taskRecord(indexed(id)));
    },

    stuck: async () => {
      await projector.catchUp();
      return projector.damaged();
    },

    all: async (page) => {
      await projector.requireAllUpToDate();
      return readPage(tasks, page);
    },

    copy: async (copied) => {
      await Promise.all(
        copied.map((task) =>
          write('copy', (plan) => planTask(tables, plan, stored(task.id), task)),
        ),
      );
    },
  };

  /** The parts of the index that hold these tasks, in the order they are listed. */
  function listed(state: OpenTaskState, instance: string | undefined) {
    if (instance !== undefined) {
      return [{ table: tables.instances, prefixes: [[instance, 'task', state]] }];
    }
    if (state !== 'due') return [{ table: tables.taskIndex, prefixes: [['state', state]] }];
    return (['due', 'leased'] as const).map((part) => ({
      table: tables.taskIndex,
      prefixes: LANES.map((lane) => [`${part} ${lane}`]),
    }));
  }
}

function queuesOf(lanes: typeof LANES): readonly Queue[] {
  return lanes.flatMap((lane): Queue[] => [`due ${lane}`, `leased ${lane}`]);
}

/** Where the page after `last` begins; `behind` when that part has been shown already. */
function placeIn(prefix: readonly string[], last: FencedTask) {
  const [queue = ''] = prefix;
  if (prefix.length !== 1) return [instantKey(last.dueAt), last.id];
  if (last.lease === null) {
    return queue.startsWith('due') ? [instantKey(last.nextAt), last.id] : undefined;
  }
  return queue.startsWith('due') ? 'behind' : [instantKey(last.lease.until), last.id];
}
