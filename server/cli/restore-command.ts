import { resolve } from 'node:path';
import { systemClock } from '../clock.ts';
import { checkBackup, restoreBackup } from '../store/lmdb/backup.ts';
import { lmdbDirectory, openBackup, openStore } from '../store/open-store.ts';
import { moveStore } from '../use-cases/move-store.ts';
import { verifyStore } from '../use-cases/verify-store.ts';
import type { Command, ExitCode, Output } from './command.ts';
import { progressLines } from './progress-lines.ts';
import { sayFindings } from './say-findings.ts';
import { sayMove } from './say-move.ts';
import { textFlag, usageError } from './usage-error.ts';

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'Brings a backup back into an empty folder or MongoDB, and verifies it.',
  takes: '--from BACKUP',
  details: [
    'Never writes over records that are there: name an empty folder or database with --store. Any backup',
    'goes into either. Into a MongoDB it is copied record by record; cut short, the same command goes on.',
  ],
  example: 'concordat restore --from /var/backups/concordat/2027-03-01 --store lmdb:./data',
  flags: { from: { type: 'string', value: 'BACKUP', what: 'The folder that "backup" wrote.' } },
  async run({ config, words, flags, output }) {
    const named = textFlag(flags['from']);
    if (named === undefined || words.length > 0) {
      throw usageError('Name the backup: concordat restore --from BACKUP --store STORE');
    }
    const from = resolve(named);
    return config.store.startsWith('lmdb:')
      ? restoreIntoFolder(from, config.store, output)
      : restoreIntoDatabase(from, config.store, output);
  },
};

async function restoreIntoFolder(from: string, url: string, output: Output): Promise<ExitCode> {
  const to = lmdbDirectory(url);
  await restoreBackup({ from, to });
  const store = await openStore(url, 'read');
  try {
    const { instances, findings } = await verifyStore(store);
    output.say(`Restored ${instances.length} histories to ${to}`);
    sayFindings(output, findings);
    if (findings.length === 0) output.say('Each was re-checked: nothing has changed.');
    output.result({ from, store: store.address, instances, findings });
    return findings.length === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}

async function restoreIntoDatabase(from: string, url: string, output: Output): Promise<ExitCode> {
  await checkBackup(from);
  const backup = await openBackup(from);
  try {
    const target = await openStore(url, 'fill');
    try {
      const tell = progressLines(output);
      const move = await moveStore(backup, target, { now: systemClock().now(), tell });
      return sayMove(output, move, { from, to: url });
    } finally {
      await target.close();
    }
  } finally {
    await backup.close();
  }
}
