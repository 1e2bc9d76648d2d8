import type { ConcordatError } from '../../engine/errors.ts';
import { sha256 } from '../sha256.ts';
import type { StoredCommit } from './commit.ts';
import { damaged } from './damaged.ts';

/**
 * Every commit is checked against its hash before anybody sees it, and that its own text says where it
 * stands; throws `store-damaged`.
 */
export function checkedCommit(stored: StoredCommit): StoredCommit {
  const { instance, seq, hash, text } = stored;
  if (sha256(text) !== hash) {
    throw damagedCommit(instance, seq, 'no longer has the hash it was stored with');
  }
  // as they stand side by side in the canonical text
  const place = [`"instance":${JSON.stringify(instance)},"openedAt":`, `"seq":${seq},"settings":`];
  if (place.every((part) => text.includes(part))) return stored;
  throw damagedCommit(instance, seq, 'is another than was written there');
}

export function damagedCommit(
  instance: string,
  seq: number,
  how: string,
  cause?: unknown,
): ConcordatError {
  return damaged(`commit ${seq} of instance ${instance} ${how}`, { instance, seq }, cause);
}
