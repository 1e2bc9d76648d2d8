import mongoose from 'mongoose';
import { newId } from '../../server/new-id.ts';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';

interface AnyDocument {
  readonly _id: string;
  readonly [field: string]: unknown;
}

/** The plain driver, with documents of a database that our store has filled. */
export interface Driver {
  /** One plain document with the text of a commit. */
  insert(id: string): Promise<unknown>;
  /** Looks for one that is not there. */
  find(id: string): Promise<unknown>;
  /**
   * What a step sends, and waits for as a step does: the commit, then at once its row and its tasks (two
   * that are new and two that are no longer due), into collections with the same indexes.
   */
  step(id: string): Promise<unknown>;
  close(): Promise<void>;
}

const WRITING = { writeConcern: { w: 'majority', journal: true } } as const;
const STANDING = { state: { $in: ['due', 'parked'] }, changedSeq: { $lt: 9 } };
/** More than there are writers, so that no two change the same document. */
const ROWS = 100;

export async function openDriver(filled: string, empty: string): Promise<Driver> {
  // makes the indexes
  await (await openMongoStore({ url: empty, mode: 'serve' })).close();
  const from = await mongoose.mongo.MongoClient.connect(filled);
  const sample = async (name: string): Promise<AnyDocument> => {
    const found = await from.db().collection<AnyDocument>(name).findOne({});
    if (found === null) throw new Error(`there is nothing in ${name} yet`);
    return found;
  };
  const commit = await sample('commits');
  const { _id: _, ...row } = await sample('instances');
  const { _id: __, ...task } = await sample('tasks');
  await from.close();
  const pending = JSON.stringify({ row, tasks: [task, task] });

  const client = await mongoose.mongo.MongoClient.connect(empty);
  const collection = (name: string) => client.db().collection<AnyDocument>(name, WRITING);
  const [raw, commits] = [collection('raw'), collection('commits')];
  const [instances, tasks] = [collection('instances'), collection('tasks')];
  const first = newId();
  const rows = Array.from({ length: ROWS }, (_one, n) => `${first} ${n}`);
  await instances.insertMany(rows.map((_id) => ({ ...row, _id, seq: 1 })));
  let taken = 0;

  return {
    insert: (id) => raw.insertOne({ _id: id, text: commit['text'] }),
    find: (id) => raw.findOne({ _id: id }),
    async step(id) {
      const n = (taken += 1);
      const [added, ended] = [taskIds(first, n), taskIds(first, n - ROWS)];
      const pendingSince = new Date();
      const place = { instance: id, seq: 2 };
      await commits.insertOne({ ...commit, ...place, _id: id, pending, pendingSince });
      await Promise.all([
        instances.updateOne(
          { _id: rows[n % ROWS] ?? '', seq: { $lt: 9_999 } },
          { $set: { ...row, seq: 2, updated: pendingSince } },
          { upsert: true },
        ),
        tasks.bulkWrite(
          [
            ...added.map((_id) => ({
              updateOne: {
                filter: { _id },
                update: { $setOnInsert: { ...task, instance: id, state: 'due', changedSeq: 1 } },
                upsert: true,
              },
            })),
            {
              updateMany: {
                filter: { _id: { $in: ended }, ...STANDING },
                update: { $set: { state: 'cancelled', leaseUntil: null, changedSeq: 2 } },
              },
            },
          ],
          { ordered: false },
        ),
      ]);
    },
    close: () => client.close(),
  };
}

function taskIds(first: string, n: number): string[] {
  return [1, 2].map((one) => `${first} ${n}:${one}`);
}
