import type { Actor, Cause } from '../store/commit.ts';

/**
 * The idempotency key as it is kept. What a person's browser or program chose stands under that
 * person: it can never be taken for the key of a task, which would then seem to have been done, nor
 * for a key of somebody else's.
 */
export function keptKey(
  key: string | undefined,
  { cause, by }: { readonly cause: Pick<Cause, 'kind'>; readonly by: Pick<Actor, 'person'> | null },
): string | undefined {
  const chosen = cause.kind === 'person' || cause.kind === 'link';
  return key === undefined || !chosen ? key : `by:${by?.person ?? ''}:${key}`;
}
