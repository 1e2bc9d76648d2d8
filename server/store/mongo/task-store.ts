import mongoose, { type UpdateQuery } from 'mongoose';
import { instantKey } from '../instant-key.ts';
import type { TaskStore } from '../task-store.ts';
import { claimTasks } from './claim-tasks.ts';
import { type Database, untilKnown } from './database.ts';
import { listenForTasks } from './listen-for-tasks.ts';
import { listTasks } from './list-tasks.ts';
import type { Projector } from './projector.ts';
import { readPage } from './read-page.ts';
import { replaceDocuments } from './replace-documents.ts';
import { copiedTaskDocument, taskOf } from './task-document.ts';
import type { TaskDocument } from './task-schema.ts';

/** How often, at most, a worker looks for commits whose process ended before they were projected. */
const CATCH_UP_MS = 6_000;

export function createMongoTaskStore(database: Database, projector: Projector): TaskStore {
  const { tasks } = database.models;
  let caughtUpAt = Number.NEGATIVE_INFINITY;

  async function catchUpNowAndThen(): Promise<void> {
    if (performance.now() - caughtUpAt < CATCH_UP_MS) return;
    caughtUpAt = performance.now();
    await projector.catchUp();
  }

  /** A task that is due and leased under this token, which then is the newest. */
  const leasedUnder = (id: string, token: number) => ({
    _id: id,
    state: 'due' as const,
    fence: token,
    leaseUntil: mongoose.trusted({ $ne: null }),
  });

  /** Changes a task if `token` still is the newest and its lease stands. */
  function finish(
    id: string,
    token: number,
    change: UpdateQuery<TaskDocument>,
    tried: 0 | 1 = 1,
  ): Promise<boolean> {
    return database.write(async () => {
      const { matchedCount } = await tasks.updateOne(leasedUnder(id, token), {
        $set: { leaseOwner: null, leaseUntil: null, ...change },
        $inc: { tries: tried },
      });
      return matchedCount === 1;
    });
  }

  return {
    claim: (ask) =>
      database.write(async () => {
        await catchUpNowAndThen();
        return (await claimTasks(database.models, ask)).map(taskOf);
      }),

    renew: (leases, until) =>
      database.write(async () => {
        const standing = new Set<string>();
        const renewed = { leaseUntil: until, claimFrom: new Date(instantKey(until)) };
        await Promise.all(
          leases.map(async ({ id, token }) => {
            const { matchedCount } = await untilKnown(() =>
              tasks.updateOne(leasedUnder(id, token), { $set: renewed }),
            );
            if (matchedCount === 1) standing.add(id);
          }),
        );
        return standing;
      }),

    complete: (id, token, at) => finish(id, token, { state: 'done', finishedAt: at }),
    retry: (id, token, nextAt, error) => {
      const next = new Date(instantKey(nextAt));
      return finish(id, token, { nextAt, next, claimFrom: next, lastError: error });
    },
    park: (id, token, error) => finish(id, token, { state: 'parked', lastError: error }),
    release: async (id, token) => {
      // while the lease stands nobody else changes when the task was due
      const task = await database.read(async () => tasks.findById(id, { next: 1 }).lean());
      return task === null ? false : finish(id, token, { claimFrom: task.next }, 0);
    },
    leave: (id, token, nextAt) => {
      const next = new Date(instantKey(nextAt));
      return finish(id, token, { nextAt, next, claimFrom: next }, 0);
    },

    unpark: (id, nextAt) =>
      database.write(async () => {
        const next = new Date(instantKey(nextAt));
        const { matchedCount } = await tasks.updateOne(
          { _id: id, state: 'parked' },
          { $set: { state: 'due', tries: 0, nextAt, next, claimFrom: next } },
        );
        return matchedCount === 1;
      }),

    get: (id) =>
      database.read(async () => {
        const found = await tasks.findById(id).lean();
        return found === null ? undefined : taskOf(found);
      }),

    stuck: async () => projector.damaged(),

    nextDueAt: () =>
      database.read(async () => {
        await catchUpNowAndThen();
        const next = await tasks
          .findOne({ state: 'due' }, { claimFrom: 1 })
          .sort({ claimFrom: 1, _id: 1 })
          .lean();
        return next?.claimFrom.toISOString();
      }),

    listen: (hear) => listenForTasks(database.models, hear),

    list: (filter) =>
      database.read(async () => (await listTasks(database.models, filter)).map(taskOf)),

    all: (page) =>
      database.read(async () => {
        const { records, next } = await readPage(tasks, page);
        return { records: records.map((task) => ({ ...taskOf(task), fence: task.fence })), next };
      }),

    copy: (copied) =>
      database.writeUntilKnown(async () => {
        await replaceDocuments(tasks, copied.map(copiedTaskDocument));
      }),
  };
}
