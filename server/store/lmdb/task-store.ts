import type { TaskState } from '../task.ts';
import type { TaskStore } from '../task-store.ts';
import { FIRST_INSTANT, instantKey, LAST_INSTANT, LAST_TEXT } from './key.ts';
import { damaged } from './store-error.ts';
import { getJson, type RecordTable, type Tables } from './tables.ts';
import { planTask, type QueueKey, type StoredTask, taskRecord } from './task-index.ts';
import type { Writer } from './writer.ts';

export function createLmdbTaskStore(tables: Tables, writer: Writer): TaskStore {
  const tasks: RecordTable<StoredTask> = tables.tasks;
  const stored = (id: string) => getJson(tasks, id);

  function indexed(id: string): StoredTask {
    const task = stored(id);
    if (task === undefined) throw damaged(`the task ${id} is missing`, { task: id });
    return task;
  }

  /** Ids in a queue up to an instant, in order of time. */
  function queued(queue: QueueKey[0], until: number, limit: number): QueueKey[] {
    const keys = tables.taskIndex.getKeys({
      start: [queue, FIRST_INSTANT],
      end: [queue, until, LAST_TEXT],
      limit,
    });
    return Array.from(keys, (key) => key as QueueKey);
  }

  /** Changes a task if `token` still is the newest and its lease stands. */
  function finish(id: string, token: number, change: (task: StoredTask) => Partial<StoredTask>) {
    return writer.write('finish-task', (plan) => {
      const before = stored(id);
      if (before?.state !== 'due' || before.lease?.token !== token) return false;
      planTask(tables, plan, before, { ...before, lease: null, ...change(before) });
      return true;
    });
  }

  return {
    claim: async ({ now, limit, owner, leaseMs }) => {
      const time = instantKey(now);
      if (queued('due', time, 1).length + queued('leased', time, 1).length === 0) return [];
      return writer.write('claim', (plan) => {
        const free = [...queued('due', time, limit), ...queued('leased', time, limit)]
          .map(([, , id]) => indexed(id))
          .sort((a, b) => instantKey(a.nextAt) - instantKey(b.nextAt))
          .slice(0, limit);
        return free.map((before) => {
          const token = before.fence + 1;
          const until = new Date(time + leaseMs).toISOString();
          const after: StoredTask = { ...before, lease: { owner, token, until }, fence: token };
          planTask(tables, plan, before, after);
          return taskRecord(after);
        });
      });
    },

    complete: (id, token, at) =>
      finish(id, token, ({ tries }) => ({ state: 'done', tries: tries + 1, finishedAt: at })),

    retry: (id, token, nextAt, error) =>
      finish(id, token, ({ tries }) => ({ tries: tries + 1, nextAt, lastError: error })),

    park: (id, token, error) =>
      finish(id, token, ({ tries }) => ({ state: 'parked', tries: tries + 1, lastError: error })),

    release: (id, token) => finish(id, token, () => ({})),

    unpark: (id, nextAt) =>
      writer.write('finish-task', (plan) => {
        const before = stored(id);
        if (before?.state !== 'parked') return false;
        planTask(tables, plan, before, { ...before, state: 'due', tries: 0, nextAt });
        return true;
      }),

    get: async (id) => {
      const task = stored(id);
      return task === undefined ? undefined : taskRecord(task);
    },

    nextDueAt: async () => {
      const [due] = queued('due', LAST_INSTANT, 1);
      const [leased] = queued('leased', LAST_INSTANT, 1);
      const next = Math.min(due?.[1] ?? LAST_INSTANT, leased?.[1] ?? LAST_INSTANT);
      return next === LAST_INSTANT ? undefined : new Date(next).toISOString();
    },

    list: async ({ state, instance, limit, after }) => {
      const last = after === undefined ? undefined : stored(after);
      const ids: string[] = [];
      for (const { table, prefix } of listed(state, instance)) {
        const place = last === undefined ? undefined : placeIn(prefix, last);
        if (place === 'behind') continue;
        const keys = table.getKeys({
          start: [...prefix, ...(place ?? [FIRST_INSTANT])],
          end: [...prefix, LAST_INSTANT],
          exclusiveStart: place !== undefined,
          limit: limit - ids.length,
        });
        for (const key of keys) ids.push(String((key as readonly unknown[]).at(-1)));
        if (ids.length >= limit) break;
      }
      return ids.map((id) => taskRecord(indexed(id)));
    },
  };

  /** The parts of the index that hold these tasks, in the order they are listed. */
  function listed(state: TaskState, instance: string | undefined) {
    if (instance !== undefined) {
      return [{ table: tables.instances, prefix: [instance, 'task', state] }];
    }
    if (state !== 'due') return [{ table: tables.taskIndex, prefix: ['state', state] }];
    return ['due', 'leased'].map((queue) => ({ table: tables.taskIndex, prefix: [queue] }));
  }
}

/** Where the page after `last` begins; `behind` when that part has been shown already. */
function placeIn(prefix: readonly string[], last: StoredTask) {
  if (prefix.length !== 1) return [instantKey(last.dueAt), last.id];
  if (last.lease === null)
    return prefix[0] === 'due' ? [instantKey(last.nextAt), last.id] : undefined;
  return prefix[0] === 'due' ? 'behind' : [instantKey(last.lease.until), last.id];
}
