import { once } from 'node:events';
import { createInterface } from 'node:readline';
import mongoose from 'mongoose';
import { newId } from '../../server/new-id.ts';
import type { Services } from '../../server/services.ts';
import type { AppendInput } from '../../server/store/commit-store.ts';
import { rowDocument } from '../../server/store/mongo/instance-row-document.ts';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { newTaskDocument } from '../../server/store/mongo/task-document.ts';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import { type MongoServer, startMongoServer } from '../support/mongo-server.ts';
import { minute, syntheticAppend, syntheticTask } from '../support/synthetic-commit.ts';
import type { Bench, Measured } from './bench.ts';
import { startBenchProcess } from './bench-process.ts';
import { inFolder, median, withPeople, withServices } from './bench-server.ts';
import type { Turn } from './mongo-process.ts';
import { servePages } from './read-pages.ts';

const ROUNDS = 5;

/** What is measured on MongoDB: each beside the plain driver on the same server in the same run. */
export const mongoBench: Bench = {
  name: 'mongo',
  title: 'On MongoDB, against its plain driver on the same server',
  async run({ short }) {
    const server = await startMongoServer();
    if (server === undefined) return [];
    try {
      return [
        await steps(server, { processes: 1, writers: 1, wanted: 0.4, short }),
        await steps(server, { processes: 1, writers: 32, wanted: 0.5, short }),
        await steps(server, { processes: 3, writers: 11, wanted: 0.5, short }),
        await claims(server, short ? 600 : 3_000),
        ...(await reads(server, short ? 5_000 : 50_000)),
      ];
    } finally {
      await server.stop();
    }
  },
};

/** Five-step approvals by server processes over one database. */
async function steps(
  server: MongoServer,
  {
    processes,
    writers,
    wanted,
    short,
  }: {
    readonly processes: number;
    readonly writers: number;
    readonly wanted: number;
    readonly short: boolean;
  },
): Promise<Measured> {
  const url = server.newDatabase();
  const servers = await Promise.all(Array.from({ length: processes }, () => startProcess(url)));
  const turn = async (kind: Turn['kind']): Promise<number> => {
    const asked = { kind, writers, milliseconds: short ? 500 : 2_000 };
    const rates = await Promise.all(servers.map((each) => each.ask(asked)));
    return rates.reduce((sum, rate) => sum + rate, 0);
  };
  const raw: number[] = [];
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    raw.push(await turn('raw'));
    taken.push(await turn('steps'));
  }
  await Promise.all(servers.map((each) => each.end()));
  const ratio = median(taken.map((each, round) => each / (raw[round] ?? 1)));
  const who = processes === 1 ? '' : `${processes} processes with `;
  return {
    what: `steps a second, ${who}${writers === 1 ? 'one writer' : `${writers} writers`}`,
    measured: median(taken).toFixed(0),
    floor: `${median(raw).toFixed(0)} majority inserts a second (${server.name})`,
    ratio: ratio.toFixed(2),
    wanted: `at least ${wanted}`,
    met: ratio >= wanted,
  };
}

async function startProcess(url: string) {
  const child = startBenchProcess('mongo-process', [url]);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    async ask(turn: Turn): Promise<number> {
      child.stdin.write(`${JSON.stringify(turn)}\n`);
      return Number((await lines.next()).value);
    },
    async end(): Promise<void> {
      child.stdin.end();
      await once(child, 'close');
    },
  };
}

const CLAIMERS = 4;

/** Claims of due tasks by four workers at once; the driver takes as many documents, one by one. */
async function claims(server: MongoServer, count: number): Promise<Measured> {
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

const WORKFLOW = 'five-step-approval';

/** An instance's page and a register over HTTP, among so many rows, beside the same on LMDB. */
async function reads(server: MongoServer, rows: number): Promise<readonly Measured[]> {
  const url = server.newDatabase();
  return inFolder((folder) =>
    withServices(`${folder}/lmdb`, (onLmdb) =>
      withServices(
        `${folder}/mongo`,
        async (onMongo) => {
          const here = await pagesOf(onLmdb);
          const there = await pagesOf(onMongo);
          for (const made of rowsOf(here.partnership, rows)) {
            await Promise.all(made.map((each) => onLmdb.store.commits.append(each)));
          }
          await insertRows(url, rowsOf(there.partnership, rows));
          const beside = async (what: string, path: (pages: Pages) => string) => {
            const times: number[] = [];
            const floors: number[] = [];
            for (let n = 0; n < 20; n += 1) {
              times.push(await there.time(path(there)));
              floors.push(await here.time(path(here)));
            }
            const ratio = median(times) / median(floors);
            return {
              what: `${what}, among ${rows} rows`,
              measured: `${median(times).toFixed(1)} ms`,
              floor: `${median(floors).toFixed(1)} ms on LMDB`,
              ratio: ratio.toFixed(1),
              wanted: 'at most 3',
              met: ratio <= 3,
            };
          };
          const measured = [
            await beside("an instance's page", ({ instance }) => `/instances/${instance}`),
            await beside('a register', () => `/registers/${WORKFLOW}`),
          ];
          await here.close();
          await there.close();
          return measured;
        },
        { store: url },
      ),
    ),
  );
}

type Pages = Awaited<ReturnType<typeof pagesOf>>;

async function pagesOf(services: Services) {
  const { partnership, manager } = await withPeople(services);
  const asker = { kind: 'person', person: manager } as const;
  const { instance } = await startWorkflow(services, asker, {
    workflow: WORKFLOW,
    partnership,
    form: { subject: 'Something to read' },
  });
  return { ...(await servePages(services, manager)), partnership, instance };
}

/** Instances of one commit, a thousand at a time. */
function* rowsOf(partnership: string, rows: number): Generator<readonly AppendInput[]> {
  for (let from = 0; from < rows; from += 1_000) {
    yield Array.from({ length: Math.min(1_000, rows - from) }, (_, n) =>
      syntheticAppend({
        instance: `row-${from + n}`,
        seq: 1,
        row: { partnership, workflow: WORKFLOW, columns: { subject: `Row ${from + n}` } },
      }),
    );
  }
}

/** Inserts them with the driver: one append after the other would take longer than the measuring. */
async function insertRows(url: string, made: Iterable<readonly AppendInput[]>): Promise<void> {
  const client = await mongoose.mongo.MongoClient.connect(url);
  const collection = (name: string) => client.db().collection<{ _id: string }>(name);
  for (const some of made) {
    await collection('commits').insertMany(some.map(({ commit }) => ({ _id: newId(), ...commit })));
    await collection('instances').insertMany(
      some.map(({ projection }) => ({ _id: projection.row.id, ...rowDocument(projection.row) })),
    );
  }
  await client.close();
}
