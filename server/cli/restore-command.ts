import { resolve } from 'node:path';
import { restoreBackup } from '../store/lmdb/backup.ts';
import { lmdbDirectory, openStore } from '../store/open-store.ts';
import { verifyStore } from '../use-cases/verify-store.ts';
import type { Command } from './command.ts';
import { findingInWords } from './finding-in-words.ts';
import { textFlag, usageError } from './usage-error.ts';

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'Brings a backup back into an empty folder, and verifies it.',
  takes: '--from BACKUP',
  details: [
    'Never writes over records that are there: name an empty folder with --store.',
    'It restores into a folder only, not into a MongoDB.',
  ],
  example: 'concordat restore --from /var/backups/concordat/2027-03-01 --store lmdb:./data',
  flags: { from: { type: 'string', value: 'BACKUP', what: 'The folder that "backup" wrote.' } },
  async run({ config, words, flags, output }) {
    const from = textFlag(flags['from']);
    if (from === undefined || words.length > 0) {
      throw usageError('Name the backup: concordat restore --from BACKUP --store lmdb:FOLDER');
    }
    const to = lmdbDirectory(config.store);
    await restoreBackup({ from: resolve(from), to });
    const store = await openStore(config.store, 'read');
    try {
      const { instances, findings } = await verifyStore(store);
      output.say(`Restored ${instances.length} histories to ${to}`);
      for (const finding of findings) output.say(`FOUND: ${findingInWords(finding)}`);
      if (findings.length === 0) output.say('Each was re-checked: nothing has changed.');
      output.result({ from: resolve(from), store: store.address, instances, findings });
      return findings.length === 0 ? 0 : 1;
    } finally {
      await store.close();
    }
  },
};
