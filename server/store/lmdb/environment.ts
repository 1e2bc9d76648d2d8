import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { ConcordatError } from '../../../engine/errors.ts';
import { isFull, noRoomToOpen, storeError } from './store-error.ts';
import { MAX_TABLES, openTables, type Table, type Tables } from './tables.ts';

export type Root = RootDatabase<string>;

/** Address space, not disk: the file grows as it is written. LMDB remaps if more is needed. */
const MAP_SIZE = 2 ** 36;

const LAYOUT = {
  noSubdir: false,
  encoding: 'string',
  maxDbs: MAX_TABLES,
  // a write is answered when it is on the disk, not when it is visible
  overlappingSync: false,
  // with it, a commit that fails rejects a promise that nobody holds, which ends the process; writes
  // share commits without it just as well
  eventTurnBatching: false,
  ...(process.platform === 'win32' ? {} : { mapSize: MAP_SIZE }),
} as const;

/** The folder's LMDB file. Throws `store-unreadable`, `store-full` or `store-damaged`. */
export function openEnvironment(
  directory: string,
  readOnly: boolean,
): { readonly root: Root; readonly tables: Tables } {
  if (readOnly && !existsSync(join(directory, 'data.mdb'))) {
    throw new ConcordatError('store-unreadable', `no store in ${directory}`, {
      userMessage: `There is no Concordat data in ${directory}. Check the folder’s name, or start the server to make a new one.`,
    });
  }
  let root: Root | undefined;
  try {
    if (!readOnly) {
      makeFolder(directory);
      requireRoom(directory);
    }
    root = open<string>({
      ...LAYOUT,
      path: directory,
      readOnly,
    });
    // In one transaction, since each table that is made would wait for the disk by itself.
    const tables = readOnly ? openTables(root) : makeTables(root);
    if (tables === undefined) {
      throw new ConcordatError('store-unreadable', `${directory} lacks tables of this version`, {
        userMessage: `The data folder ${directory} was not made by this version of Concordat. Start the server on it once, so that it is brought up to date.`,
      });
    }
    return { root, tables };
  } catch (error) {
    root?.close().catch(() => undefined);
    throw storeError(error, directory);
  }
}

/** More than opening writes: LMDB's lock file, the tables of a new store, whose the folder is. */
const OPENING_TAKES = 2 ** 18;

/**
 * Where its first pages find the disk full, LMDB ends the process, or leaves a file that counts as damaged. So what
 * opening takes is written beside it first. Throws `store-full`.
 */
function requireRoom(directory: string): void {
  const trial = join(directory, 'room');
  try {
    writeFileSync(trial, Buffer.alloc(OPENING_TAKES));
  } catch (error) {
    if (!isFull(error)) throw error;
    throw noRoomToOpen(directory, OPENING_TAKES, error);
  } finally {
    rmSync(trial, { force: true });
  }
}

function makeTables(root: Root): Tables | undefined {
  return root.transactionSync(() => openTables(root));
}

/**
 * Reads one table without taking LMDB's write lock, which a frozen server may hold; undefined when there
 * is no store yet, or no such table in it.
 */
export async function peekAt<T>(
  name: 'meta' | 'behind',
  directory: string,
  look: (table: Table) => Promise<T>,
): Promise<T | undefined> {
  if (!existsSync(join(directory, 'data.mdb'))) return undefined;
  const root = open<string>({ ...LAYOUT, path: directory, readOnly: true });
  try {
    const table: Table | undefined = root.openDB<string>(name, { encoding: 'string' });
    return table === undefined ? undefined : await look(table);
  } finally {
    await root.close();
  }
}

/** Keeps the pages of this moment from being used again by a server that writes, while `look` runs. */
export async function holdingSnapshot(directory: string, look: () => void): Promise<void> {
  const root = open<string>({ ...LAYOUT, path: directory, readOnly: true });
  const snapshot = root.useReadTransaction();
  try {
    look();
  } finally {
    snapshot.done();
    await root.close();
  }
}

/** Node's own recursive mkdir never returns where a folder says that its child cannot exist (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}
