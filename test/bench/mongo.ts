import { startMongoServer } from '../support/mongo-server.ts';
import type { Bench } from './bench.ts';
import { measureClaims } from './mongo-claims.ts';
import { measureReads } from './mongo-reads.ts';
import { measureSteps } from './mongo-steps.ts';

/** What is measured on MongoDB: each beside the plain driver on the same server in the same run. */
export const mongoBench: Bench = {
  name: 'mongo',
  title: 'On MongoDB, against its plain driver on the same server',
  async *run({ short }) {
    const server = await startMongoServer();
    if (server === undefined) return;
    try {
      yield* measureSteps(server, { processes: 1, writers: 1, wanted: 0.4, short });
      yield* measureSteps(server, { processes: 1, writers: 32, wanted: 0.5, short });
      yield* measureSteps(server, { processes: 3, writers: 11, wanted: 0.5, short });
      // a database that looks through all that is due for each claim would take an hour over thousands
      yield await measureClaims(server, short || !server.real ? 300 : 3_000);
      yield* await measureReads(server, short ? 5_000 : 50_000);
    } finally {
      await server.stop();
    }
  },
};
