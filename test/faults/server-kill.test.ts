import { join } from 'node:path';
import { test } from 'vitest';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { inForm } from './in-form.ts';
import { roundsUnderKills } from './rounds-under-kills.ts';

const KILLS = inForm({ short: 50, long: 1_000 });

test(
  `over ${KILLS} kills no acknowledged change is lost, nothing is done twice, every mail is sent`,
  async () => {
    const directory = join(temporaryFolder(), 'data');
    await roundsUnderKills({
      store: `lmdb:${directory}`,
      processes: 1,
      kills: KILLS,
      open: () => openLmdbStore({ directory, mode: 'serve' }),
    });
  },
  120_000 + KILLS * 10_000,
);
