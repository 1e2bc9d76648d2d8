import type { ConcordatError } from '../../engine/errors.ts';
import { sha256 } from '../sha256.ts';
import type { StoredCommit } from './commit.ts';
import { damaged } from './damaged.ts';

/** Every commit is checked against its hash before anybody sees it; throws `store-damaged`. */
export function checkedCommit(stored: StoredCommit): StoredCommit {
  const { instance, seq, hash, text } = stored;
  if (sha256(text) === hash) return stored;
  throw damagedCommit(instance, seq, 'no longer has the hash it was stored with');
}

export function damagedCommit(instance: string, seq: number, how: string): ConcordatError {
  return damaged(`commit ${seq} of instance ${instance} ${how}`, { instance, seq });
}
