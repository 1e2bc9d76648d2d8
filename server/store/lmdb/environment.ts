import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { ConcordatError } from '../../../engine/errors.ts';
import { storeError } from './store-error.ts';
import { MAX_TABLES, openTables, type Tables } from './tables.ts';

export type Root = RootDatabase<string>;

/** Address space, not disk: the file grows as it is written. LMDB remaps if more is needed. */
const MAP_SIZE = 2 ** 36;

/** The folder's LMDB file. Throws `store-unreadable`, `store-full` or `store-damaged`. */
export function openEnvironment(
  directory: string,
  readOnly: boolean,
): { readonly root: Root; readonly tables: Tables } {
  if (readOnly && !existsSync(join(directory, 'data.mdb'))) {
    throw new ConcordatError('store-unreadable', `no store in ${directory}`, {
      userMessage: `There is no Concordat data in ${directory}. Check the folder's name, or start the server to make a new one.`,
    });
  }
  let root: Root | undefined;
  try {
    if (!readOnly) mkdirSync(directory, { recursive: true });
    root = open<string>({
      path: directory,
      noSubdir: false,
      encoding: 'string',
      maxDbs: MAX_TABLES,
      readOnly,
      // a write is answered when it is on the disk, not when it is visible
      overlappingSync: false,
      ...(process.platform === 'win32' ? {} : { mapSize: MAP_SIZE }),
    });
    const tables = openTables(root);
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
