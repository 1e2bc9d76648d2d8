import { open, type RootDatabase } from 'lmdb';

/** A data folder as LMDB sees it, for a test that changes or reads it behind the store's back. */
export function rawStore(directory: string): RootDatabase<string> {
  return open<string>({
    path: directory,
    noSubdir: false,
    encoding: 'string',
    maxDbs: 64,
    overlappingSync: false,
  });
}
