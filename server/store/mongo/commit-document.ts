import { newId } from '../../new-id.ts';
import type { AppendInput } from '../commit-store.ts';
import { shortKey } from '../short-key.ts';
import type { CommitDocument } from './commit-schema.ts';

/** The one document of a commit, with what it claims. */
export function commitDocument(input: AppendInput): CommitDocument {
  const { commit, idempotencyKey, signalKey, projection } = input;
  const { spends, withdraws } = projection;
  return {
    _id: newId(),
    ...commit,
    ...(idempotencyKey === null ? {} : { idempotencyKey: shortKey(idempotencyKey) }),
    ...(signalKey === null ? {} : { signalKey: shortKey(signalKey) }),
    ...(spends === null ? {} : { spends }),
    ...(withdraws.length === 0 ? {} : { withdraws }),
  };
}
