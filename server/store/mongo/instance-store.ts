import mongoose from 'mongoose';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { InstanceStore } from '../instance-store.ts';
import type { Database } from './database.ts';
import { rowOf } from './instance-row-document.ts';

type Filter = Omit<Parameters<InstanceStore['list']>[0], 'limit' | 'after'>;

export function createMongoInstanceStore(database: Database): InstanceStore {
  const { instances } = database.models;
  return {
    get: (id) =>
      database.readOnce(`row ${id}`, async () => {
        const found = await instances.findById(id).lean();
        return found === null ? undefined : rowOf(found);
      }),

    list: ({ limit, after, ...filter }) =>
      database.read(async () => {
        const found = await instances
          .find({ ...matching(filter), ...(after === undefined ? {} : olderThan(after)) })
          .sort({ updated: -1, _id: -1 })
          .limit(limit + 1)
          .lean();
        const shown = found.slice(0, limit);
        const last = found.length > limit ? shown.at(-1) : undefined;
        const next = last === undefined ? null : encodeCursor([last.updated.getTime(), last._id]);
        return { rows: shown.map(rowOf), next };
      }),

    count: (filter) => database.read(async () => instances.countDocuments(matching(filter))),
  };
}

/** Both states are named when neither is asked for: every index of the lists begins with it. */
function matching({ partnership, workflow, parent, status }: Filter) {
  return {
    ...(parent === undefined ? {} : { parent }),
    ...(partnership === undefined ? {} : { partnership }),
    ...(workflow === undefined ? {} : { workflow }),
    status: status ?? mongoose.trusted({ $in: ['active', 'done'] as const }),
  };
}

/** One range of the index, and within its first instant the rows after the last one shown. */
function olderThan(cursor: string) {
  const [updated, id] = decodeCursor(cursor);
  const at = new Date(updated);
  return {
    updated: mongoose.trusted({ $lte: at }),
    $or: [{ updated: mongoose.trusted({ $lt: at }) }, { _id: mongoose.trusted({ $lt: id }) }],
  };
}
