import { afterAll, test } from 'vitest';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { roundsUnderKills } from './rounds-under-kills.ts';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 12);
const PROCESSES = Number(process.env['FAULT_PROCESSES'] ?? 2);

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

test.skipIf(mongo === undefined)(
  `over ${KILLS} kills of ${PROCESSES} processes on one MongoDB no acknowledged change is lost, nothing is done twice, every mail is sent`,
  async () => {
    const store = mongo?.newDatabase() ?? '';
    await roundsUnderKills({
      store,
      processes: PROCESSES,
      kills: KILLS,
      open: () => openMongoStore({ url: store, mode: 'serve' }),
    });
  },
  600_000,
);
