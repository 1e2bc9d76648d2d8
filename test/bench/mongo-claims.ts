import mongoose from 'mongoose';
import { newTaskDocument } from '../../server/store/mongo/task-document.ts';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import type { MongoServer } from '../support/mongo-server.ts';
import { minute, syntheticTask } from '../support/synthetic-commit.ts';
import type { Measured } from './bench.ts';

const CLAIMERS = 4;

/** Claims of due tasks by four workers at once; the driver takes as many documents, one by one. */
export async function measureClaims(server: MongoServer, count: number): Promise<Measured> {
  const url = server.newDatabase();
  const store = await openMongoStore({ url, mode: 'serve' });
  const client = await mongoose.mongo.MongoClient.connect(url);
  const raw = client.db().collection<{ _id: string; next: Date; state: string; n: number }>('raw', {
    writeConcern: { w: 'majority', journal: true },
  });
  const tasks = client.db().collection<{ _id: string }>('tasks');
  try {
    await raw.createIndex({ state: 1, next: 1 });
    const documents = Array.from({ length: count }, (_, n) => {
      const task = syntheticTask({ id: `t${n}`, instance: `i${n}`, dueAt: minute(n) });
      return { _id: task.id, ...newTaskDocument(task, 1), fence: 0 };
    });
    await tasks.insertMany(documents);
    await raw.insertMany(documents.map(({ _id, next }) => ({ _id, next, state: 'due', n: 0 })));
    const found = { state: 'due', next: { $lte: new Date(minute(count)) } };
    const taking = { $set: { state: 'leased' }, $inc: { n: 1 } };
    const rawRate = await allOf(async () => {
      const one = await raw.findOneAndUpdate(found, taking, { sort: { next: 1 } });
      return one === null ? [] : [one._id];
    });
    const ask = { now: minute(count), limit: 20, leaseMs: 600_000 };
    const rate = await allOf(async (worker) => {
      const claimed = await store.tasks.claim({ ...ask, owner: `w${worker}` });
      return claimed.map(({ id }) => id);
    });
    const ratio = rate.perSecond / rawRate.perSecond;
    const once = rate.ids.length === count && new Set(rate.ids).size === count;
    return {
      what: `claims a second by ${CLAIMERS} workers, ${once ? 'each task once' : 'NOT each task once'}`,
      measured: rate.perSecond.toFixed(0),
      floor: `${rawRate.perSecond.toFixed(0)} findOneAndUpdate a second`,
      ratio: ratio.toFixed(2),
      wanted: 'at least 0.4',
      met: ratio >= 0.4 && once,
    };
  } finally {
    await client.close();
    await store.close();
  }
}

async function allOf(
  take: (worker: number) => Promise<readonly string[]>,
): Promise<{ readonly perSecond: number; readonly ids: readonly string[] }> {
  const ids: string[] = [];
  const began = performance.now();
  const work = async (_: unknown, worker: number): Promise<void> => {
    for (;;) {
      const taken = await take(worker);
      if (taken.length === 0) return;
      ids.push(...taken);
    }
  };
  await Promise.all(Array.from({ length: CLAIMERS }, work));
  return { perSecond: (ids.length * 1_000) / (performance.now() - began), ids };
}
