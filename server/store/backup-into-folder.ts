import { resolve } from 'node:path';
import { copyStore } from './copy-store.ts';
import { finishBackup, requireEmpty } from './lmdb/backup.ts';
import { openLmdbStore } from './lmdb/open-lmdb-store.ts';
import type { Store, TellProgress } from './store.ts';

/**
 * A backup of a store that is no folder: all that it holds, in a folder as the backup of a folder is,
 * while servers go on writing (see `copyStore` for what that means). It holds only what is whole:
 * damage in the source ends it with `store-damaged`. Throws `store-not-empty` for a folder that is.
 */
export async function backupIntoFolder(
  source: Store,
  target: string,
  tell?: TellProgress,
): Promise<void> {
  const directory = resolve(target);
  await requireEmpty(directory);
  const copy = await openLmdbStore({ directory, mode: 'fill' });
  try {
    const by = await copyStore(source, copy, { now: new Date().toISOString(), tell });
    await copy.filling.finish(by);
  } finally {
    await copy.close();
  }
  await finishBackup(directory);
}
