import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';

/** Looks after all partnerships, or after the installation. */
export function isOverseer({ kind, person }: Asker): boolean {
  return kind === 'person' && (person.coordinator || person.administrator);
}

/** Throws `not-allowed` for everybody but coordinators and administrators of the installation. */
export function requireOverseer(asker: Asker): void {
  if (isOverseer(asker)) return;
  throw new ConcordatError('not-allowed', 'for coordinators and administrators', {
    userMessage:
      'Only those who look after all partnerships can do this. Ask your coordinator or administrator.',
  });
}

/** Throws `not-allowed` for everybody but administrators. */
export function requireAdministrator({ kind, person }: Asker): void {
  if (kind === 'person' && person.administrator) return;
  throw new ConcordatError('not-allowed', 'for administrators', {
    userMessage: 'Only an administrator can do this.',
  });
}
