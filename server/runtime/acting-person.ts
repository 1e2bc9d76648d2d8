import type { ActingPerson } from '../../engine/scope.ts';
import type { Actor } from '../store/commit.ts';

/** Whoever acts as expressions see them: what is not known of them is not there. */
export function actingPerson(by: Actor | null): ActingPerson | null {
  if (by === null) return null;
  const { authority, ...known } = by;
  return authority === null ? known : { ...known, authority };
}
