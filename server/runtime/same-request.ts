import type { JsonObject } from '../../engine/json-value.ts';
import { isPersonalReference } from '../../engine/personal.ts';
import type { EngineEvent } from '../../engine/scope.ts';
import type { Commit } from '../store/commit.ts';
import type { PersonalValue } from '../store/commit-store.ts';
import type { Store } from '../store/store.ts';
import { type AskedFor, requestHash } from './request-hash.ts';

/** A request as it may have been sent before. */
type Repeatable = AskedFor & { readonly personal?: readonly PersonalValue[] };

/**
 * Is this the request that brought a commit? The chain holds no hash of personal values by which they
 * could be guessed, so they are compared with those that are kept; one that was erased counts as the same.
 */
export async function isSameRequest(
  { commits }: Pick<Store, 'commits'>,
  first: Commit,
  request: Repeatable,
): Promise<boolean> {
  if (first.idempotency?.request !== requestHash(request)) return false;
  const now = referencesIn(request.event ?? request.form ?? {});
  if (now.length === 0) return true;
  // Both hold the same names in the same places, so their references come in the same order.
  const then = referencesIn(first.event);
  const kept = new Map(
    (await commits.personal(first.instance, then)).map(({ id, value }) => [id, value]),
  );
  const given = new Map(request.personal?.map(({ id, value }) => [id, value]));
  return now.every((id, index) => {
    const before = kept.get(then[index] ?? '') ?? null;
    return before === null || before === given.get(id);
  });
}

function referencesIn(event: EngineEvent | JsonObject): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isPersonalReference(value)) found.push(value.personal);
    else if (Array.isArray(value)) value.forEach(visit);
    else {
      const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [, inner] of entries) visit(inner);
    }
  };
  visit(event);
  return found;
}
