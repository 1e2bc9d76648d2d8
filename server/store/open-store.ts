import { resolve } from 'node:path';
import { ConcordatError } from '../../engine/errors.ts';
import { type LmdbStoreOptions, openLmdbStore } from './lmdb/open-lmdb-store.ts';
import type { Store } from './store.ts';

/**
 * Opens the store that a URL names: `lmdb:./data` is a folder, counted from the working directory.
 * Throws `setting-refused` for what is no such URL, and what `openLmdbStore` throws.
 */
export async function openStore(url: string, mode: LmdbStoreOptions['mode']): Promise<Store> {
  return openLmdbStore({ directory: lmdbDirectory(url), mode });
}

/** The folder that an `lmdb:` URL names. Throws `setting-refused` for any other URL. */
export function lmdbDirectory(url: string): string {
  if (url.startsWith('lmdb:') && url.length > 'lmdb:'.length) {
    return resolve(url.slice('lmdb:'.length));
  }
  const mongo = /^mongodb(\+srv)?:/.test(url);
  // the URL may hold a password, so only its scheme is repeated
  const scheme = url.includes(':') ? url.slice(0, url.indexOf(':') + 1) : url;
  throw new ConcordatError('setting-refused', `the store "${scheme}" is not accepted`, {
    userMessage: mongo
      ? 'This version of Concordat cannot keep its data in MongoDB yet. Use a folder on this machine: --store lmdb:./data'
      : `The setting --store (CONCORDAT_STORE) must name a folder, such as lmdb:./data. "${scheme}" is not known.`,
    details: { setting: 'STORE' },
  });
}
