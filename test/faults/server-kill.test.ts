import { join } from 'node:path';
import { test } from 'vitest';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { inForm } from './in-form.ts';
import { killProcesses } from './kill-processes.ts';
import { roundsUnderTrouble } from './rounds-under-trouble.ts';

const KILLS = inForm({ short: 50, long: 1_000 });

test(
  `over ${KILLS} kills no acknowledged change is lost, nothing is done twice, every mail is sent`,
  async () => {
    const directory = join(temporaryFolder(), 'data');
    await roundsUnderTrouble({
      store: `lmdb:${directory}`,
      processes: 1,
      mostOpen: inForm({ short: 24, long: 60 }),
      open: () => openLmdbStore({ directory, mode: 'serve' }),
      trouble: killProcesses(KILLS),
      of: 'kills of the process',
    });
  },
  300_000 + KILLS * 15_000,
);
