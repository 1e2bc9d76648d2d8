import { afterAll, test } from 'vitest';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { inForm } from './in-form.ts';
import { killProcesses } from './kill-processes.ts';
import { roundsUnderTrouble } from './rounds-under-trouble.ts';

const KILLS = inForm({ short: 12, long: 200 });
const PROCESSES = 3;

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

test.skipIf(mongo === undefined)(
  `over ${KILLS} kills of ${PROCESSES} processes on one MongoDB no acknowledged change is lost, nothing is done twice, every mail is sent`,
  async () => {
    const store = mongo?.newDatabase() ?? '';
    await roundsUnderTrouble({
      store,
      processes: PROCESSES,
      mostOpen: inForm({ short: 16, long: 60 }),
      open: () => openMongoStore({ url: store, mode: 'serve' }),
      trouble: killProcesses(KILLS),
      of: `kills of ${PROCESSES} processes`,
    });
  },
  300_000 + KILLS * 15_000,
);
