import mongoose from 'mongoose';
import { newId } from '../../server/new-id.ts';
import type { Services } from '../../server/services.ts';
import type { AppendInput } from '../../server/store/commit-store.ts';
import { rowDocument } from '../../server/store/mongo/instance-row-document.ts';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import type { MongoServer } from '../support/mongo-server.ts';
import { minute, syntheticAppend } from '../support/synthetic-commit.ts';
import type { Measured } from './bench.ts';
import { inFolder, median, withPeople, withServices } from './bench-server.ts';
import { servePages } from './read-pages.ts';

const WORKFLOW = 'five-step-approval';
const REGISTER = `/registers/${WORKFLOW}`;
/** So many partnerships share the rows. */
const PARTNERSHIPS = 100;

/**
 * An instance's page and registers over HTTP, among so many rows, beside the same on LMDB. A database that
 * sorts all that a register could show, instead of reading the page from its index, shows in how long
 * the driver waits for that one question.
 */
export async function measureReads(
  server: MongoServer,
  rows: number,
): Promise<readonly Measured[]> {
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
          const beside = async (what: string, path: (pages: Pages) => string, times = 20) => {
            const [slow, fast]: [number[], number[]] = [[], []];
            // the first ones read and compile the views
            for (const pages of [here, there]) await pages.time(path(pages));
            for (let n = 0; n < times; n += 1) {
              slow.push(await there.time(path(there)));
              fast.push(await here.time(path(here)));
            }
            const ratio = median(slow) / median(fast);
            return {
              what: `${what}, among ${rows} rows`,
              measured: `${median(slow).toFixed(1)} ms`,
              floor: `${median(fast).toFixed(1)} ms on LMDB`,
              ratio: ratio.toFixed(1),
              wanted: 'at most 3',
              met: ratio <= 3,
            };
          };
          const page = await beside(
            "an instance's page",
            (pages) => `/instances/${pages.instance}`,
          );
          const own = await beside(`a register of ${rows / PARTNERSHIPS} rows`, () => REGISTER);
          for (const pages of [here, there]) await pages.seeEverything();
          const all = await beside('a register of them all', () => REGISTER, 5);
          const asked = await askForPage(url);
          await here.close();
          await there.close();
          return [
            page,
            own,
            { ...all, floor: `${all.floor}; the driver waits ${asked.toFixed(1)} ms` },
          ];
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
  return {
    ...(await servePages(services, manager)),
    partnership,
    instance,
    seeEverything: () => services.store.directory.putPerson({ ...manager, coordinator: true }),
  };
}

/** Instances of one commit, a thousand at a time; of each hundred one is of the partnership. */
function* rowsOf(partnership: string, rows: number): Generator<readonly AppendInput[]> {
  for (let from = 0; from < rows; from += 1_000) {
    yield Array.from({ length: Math.min(1_000, rows - from) }, (_, n) => {
      const place = (from + n) % PARTNERSHIPS;
      return syntheticAppend({
        instance: `row-${from + n}`,
        seq: 1,
        row: {
          partnership: place === 0 ? partnership : `${partnership}-${place}`,
          workflow: WORKFLOW,
          columns: { subject: `Row ${from + n}` },
          updatedAt: minute(from + n),
        },
      });
    });
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

/** Milliseconds that the driver waits for a page of the newest of all rows, by the median of three. */
async function askForPage(url: string): Promise<number> {
  const client = await mongoose.mongo.MongoClient.connect(url);
  const times: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    const began = performance.now();
    await client
      .db()
      .collection('instances')
      .find({ workflow: WORKFLOW, status: { $in: ['active', 'done'] } })
      .sort({ updated: -1, _id: -1 })
      .limit(51)
      .toArray();
    times.push(performance.now() - began);
  }
  await client.close();
  return median(times);
}
