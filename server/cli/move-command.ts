import { ConcordatError, isConcordatError } from '../../engine/errors.ts';
import { systemClock } from '../clock.ts';
import { readStore } from '../read-setting.ts';
import { isBackup } from '../store/lmdb/backup.ts';
import { inUse } from '../store/in-use.ts';
import { lmdbDirectory, openBackup, openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { storeAddress } from '../store/store-address.ts';
import { moveStore } from '../use-cases/move-store.ts';
import type { Command } from './command.ts';
import { progressLines } from './progress-lines.ts';
import { sayMove } from './say-move.ts';
import { textFlag, usageError } from './usage-error.ts';

export const moveCommand: Command = {
  name: 'move',
  summary: 'Copies all records from one store into another, and checks the copy.',
  takes: '--from STORE --to STORE',
  details: [
    'From a folder to MongoDB, back, or between two of a kind. Stop every server first: what they write',
    'meanwhile would be left behind. The target has to be empty, and is not served before the copy is',
    'whole and checked. Cut short, the same command goes on where it was. The source stays as it is.',
  ],
  example: 'concordat move --from lmdb:./data --to mongodb://db.example.org/concordat',
  flags: {
    from: {
      type: 'string',
      value: 'STORE',
      what: 'Where the records are: lmdb:FOLDER or mongodb://HOST/NAME.',
    },
    to: { type: 'string', value: 'STORE', what: 'Where they go; empty, or not there yet.' },
  },
  async run({ words, flags, storeGiven, output }) {
    const from = storeFlag(flags, 'from');
    const to = storeFlag(flags, 'to');
    if (from === undefined || to === undefined || words.length > 0 || storeGiven) {
      throw usageError('Name both stores: concordat move --from STORE --to STORE');
    }
    if (placeOf(from) === placeOf(to)) throw usageError('--from and --to name the same store.');
    const source = await openSource(from);
    try {
      const target = await openStore(to, 'fill');
      try {
        const tell = progressLines(output);
        const move = await moveStore(source, target, { now: systemClock().now(), tell });
        const code = sayMove(output, move, { from: storeAddress(from), to });
        if (code === 0) {
          const secrets = to === storeAddress(to) ? '' : ' (with user, password and options)';
          output.say(`Start the servers with --store ${storeAddress(to)}${secrets}`);
          output.say(`${source.address} is as it was. Start no server on it any more.`);
          output.say('Whoever was signed in signs in again.');
        }
        return code;
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
  },
};

/** What it names may hold a password, so it is not repeated. */
function storeFlag(
  flags: Readonly<Record<string, string | boolean | undefined>>,
  name: 'from' | 'to',
): string | undefined {
  const given = textFlag(flags[name]);
  try {
    return given === undefined ? undefined : readStore(given);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(`--${name} cannot be that (${why}). Give lmdb:FOLDER or mongodb://HOST/NAME.`);
  }
}

function placeOf(url: string): string {
  return url.startsWith('lmdb:') ? lmdbDirectory(url) : storeAddress(url);
}

/**
 * A folder is owned meanwhile, so that no server starts on it; a backup is nobody's. A database has no
 * owner: it is looked whether a server uses it, and the comparison finds what one does later.
 */
async function openSource(url: string): Promise<Store> {
  if (!url.startsWith('lmdb:')) {
    const database = await openStore(url, 'read');
    const process = await database.usedBy();
    if (process === undefined) return database;
    await database.close();
    throw inUse(database.address, process);
  }
  const folder = lmdbDirectory(url);
  // as long as it is only looked for, nothing is made where there is none
  const found = await openBackup(folder);
  if (isBackup(folder)) return found;
  await found.close();
  try {
    return await openStore(url, 'exclusive');
  } catch (error) {
    if (!isConcordatError(error) || error.code !== 'store-owned') throw error;
    throw new ConcordatError('store-owned', error.message, {
      userMessage: `A server is using ${url}, and what it writes meanwhile would be left behind. Stop it, then run this command again.`,
      cause: error,
    });
  }
}
