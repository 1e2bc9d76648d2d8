import { resolve } from 'node:path';
import { ConcordatError } from '../../engine/errors.ts';
import { openLmdbStore } from './lmdb/open-lmdb-store.ts';
import type { Store } from './store.ts';
import type { StoreMode } from './store-mode.ts';

/**
 * Opens the store that a URL names: `lmdb:./data` is a folder, counted from the working directory,
 * `mongodb://host/name` a database. Throws `setting-refused` for what is no such URL, and what opening the store throws.
 */
export async function openStore(url: string, mode: StoreMode): Promise<Store> {
  if (!isMongo(url)) return openLmdbStore({ directory: lmdbDirectory(url), mode });
  // the driver takes a while to load, and most installations need none
  const { openMongoStore } = await import('./mongo/open-mongo-store.ts');
  return openMongoStore({ url, mode });
}

/** Opens what `Store.backup` wrote, to be read and checked. Throws what `openLmdbStore` throws. */
export async function openBackup(folder: string): Promise<Store> {
  return openLmdbStore({ directory: folder, mode: 'read' });
}

/** The folder that an `lmdb:` URL names. Throws `setting-refused` for any other URL. */
export function lmdbDirectory(url: string): string {
  if (url.startsWith('lmdb:') && url.length > 'lmdb:'.length) {
    return resolve(url.slice('lmdb:'.length));
  }
  // the URL may hold a password, so only its scheme is repeated
  const scheme = url.includes(':') ? url.slice(0, url.indexOf(':') + 1) : url;
  throw new ConcordatError('setting-refused', `the store “${scheme}” is not accepted`, {
    userMessage: `The setting --store (CONCORDAT_STORE) must name a folder, such as lmdb:./data, or a database, such as mongodb://localhost/concordat. “${scheme}” is not known.`,
    details: { setting: 'STORE' },
  });
}

function isMongo(url: string): boolean {
  return /^mongodb(\+srv)?:/u.test(url);
}
