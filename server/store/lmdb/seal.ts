import type { Key } from 'lmdb';
import { crc32 } from 'node:zlib';
import { damaged } from '../damaged.ts';

// LMDB keeps no checksums, so a byte that the disk gave back wrong would be believed. Commits carry
// the hash of the chain; every other value that holds something stands behind a CRC-32 of its key
// and its text, eight hexadecimal digits. It costs about a microsecond.

const SEAL_LENGTH = 8;

export function seal(key: Key, text: string): string {
  return sealOf(key, text) + text;
}

/** The text behind a seal. Throws `store-damaged` when it is not what was put under this key. */
export function unseal(key: Key, stored: string): string {
  const text = stored.slice(SEAL_LENGTH);
  if (stored.slice(0, SEAL_LENGTH) === sealOf(key, text)) return text;
  throw damaged(`the record ${String(key)} has changed since it was written`, {
    key: String(key),
  });
}

function sealOf(key: Key, text: string): string {
  const place = Array.isArray(key) ? key.join('\n') : String(key);
  return crc32(`${place}\n${text}`).toString(16).padStart(SEAL_LENGTH, '0');
}
