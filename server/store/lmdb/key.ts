import type { Key } from 'lmdb';
import { ConcordatError } from '../../../engine/errors.ts';

/** Sorts after every text in the last place of a key. */
export const LAST_TEXT = '\u{10ffff}';
/** Sorts before and after every instant. */
export const FIRST_INSTANT = Number.NEGATIVE_INFINITY;
export const LAST_INSTANT = Number.POSITIVE_INFINITY;

/** LMDB's limit is 1,978 bytes for the whole encoded key. */
const MAX_KEY_BYTES = 1_800;

/**
 * Throws `bad-request` when the parts are too long to be a key, before anything is written: a write
 * that fails half-way through a transaction could not be taken back.
 */
export function checkKey(key: Key): void {
  let length = 0;
  for (const part of Array.isArray(key) ? key : [key]) {
    length += typeof part === 'string' ? part.length + 2 : 10;
  }
  if (length * 3 <= MAX_KEY_BYTES) return;
  let bytes = 0;
  for (const part of Array.isArray(key) ? key : [key]) {
    bytes += typeof part === 'string' ? Buffer.byteLength(part) + 2 : 10;
  }
  if (bytes <= MAX_KEY_BYTES) return;
  throw new ConcordatError('bad-request', `a key of ${bytes} bytes is too long for the store`, {
    userMessage: 'An identifier in this request is too long. Use at most 200 characters.',
  });
}
