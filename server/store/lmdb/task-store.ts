import type { TaskRecord } from '../task.ts';
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
      const prefix = instance === undefined ? ['state', state] : ['instance', instance, state];
      const last = after === undefined ? undefined : stored(after);
      const start = last === undefined ? [FIRST_INSTANT] : [instantKey(last.dueAt), last.id];
      const keys = tables.taskIndex.getKeys({
        start: [...prefix, ...start],
        end: [...prefix, LAST_INSTANT],
        exclusiveStart: last !== undefined,
        limit,
      });
      const records: TaskRecord[] = [];
      for (const key of keys) {
        records.push(taskRecord(indexed(String((key as readonly unknown[]).at(-1)))));
      }
      return records;
    },
  };
}
