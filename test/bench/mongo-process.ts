import { createInterface } from 'node:readline';
import mongoose from 'mongoose';
import { newId } from '../../server/new-id.ts';
import { approveFor } from './approve.ts';
import { inFolder, withServices } from './bench-server.ts';

// Run as a process of its own, as a server is: takes approvals, or inserts plain documents with the
// driver, as long and with as many writers as each line on its standard input says.
const [url = ''] = process.argv.slice(2);

/** What a process is asked to do. */
export interface Turn {
  readonly kind: 'steps' | 'raw';
  readonly writers: number;
  readonly milliseconds: number;
}

await inFolder((folder) =>
  withServices(
    folder,
    async (services) => {
      const client = await mongoose.mongo.MongoClient.connect(url);
      const raw = client.db().collection<{ _id: string }>('raw', {
        writeConcern: { w: 'majority', journal: true },
      });
      await approveFor(services, 4, 500);
      const [row] = (await services.store.instances.list({ limit: 1 })).rows;
      const text = (await services.store.commits.head(row?.id ?? ''))?.text ?? '';
      console.log('ready');
      for await (const line of createInterface({ input: process.stdin })) {
        const { kind, writers, milliseconds } = JSON.parse(line) as Turn;
        const began = performance.now();
        const done =
          kind === 'steps'
            ? await approveFor(services, writers, milliseconds)
            : await insertFor(() => raw.insertOne({ _id: newId(), text } as { _id: string }), {
                writers,
                milliseconds,
              });
        console.log(String((done * 1_000) / (performance.now() - began)));
      }
      await client.close();
    },
    { store: url },
  ),
);

async function insertFor(
  insert: () => Promise<unknown>,
  { writers, milliseconds }: Pick<Turn, 'writers' | 'milliseconds'>,
): Promise<number> {
  const until = performance.now() + milliseconds;
  let inserted = 0;
  const write = async (): Promise<void> => {
    while (performance.now() < until) {
      await insert();
      inserted += 1;
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  return inserted;
}
