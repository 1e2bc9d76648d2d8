import { resolve } from 'node:path';
import { openStore } from '../store/open-store.ts';
import type { Command } from './command.ts';
import { progressLines } from './progress-lines.ts';
import { usageError } from './usage-error.ts';

export const backupCommand: Command = {
  name: 'backup',
  summary: 'Copies the records into an empty folder, also while a server runs.',
  takes: 'FOLDER',
  details: [
    'The copy is complete and consistent, and can be verified, and restored to a folder or a MongoDB.',
    'A backup of a MongoDB is such a folder too.',
  ],
  example: 'concordat backup /var/backups/concordat/2027-03-01 --store lmdb:./data',
  flags: {},
  async run({ config, words, output }) {
    const [folder, ...more] = words;
    if (folder === undefined || more.length > 0) {
      throw usageError('Name the folder to write to: concordat backup FOLDER');
    }
    const target = resolve(folder);
    const store = await openStore(config.store, 'read');
    try {
      await store.backup(target, progressLines(output));
    } finally {
      await store.close();
    }
    output.say(`Copied ${store.address} to ${target}`);
    output.say(`To bring it back: concordat restore --from ${target} --store STORE`);
    output.result({ store: store.address, backup: target });
    return 0;
  },
};
