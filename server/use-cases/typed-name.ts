import { ConcordatError } from '../../engine/errors.ts';
import type { Person } from '../store/directory.ts';

/** The field of a form in which somebody types their name to confirm. */
export const CONFIRM_NAME = 'confirmName';

/**
 * Whoever confirms types their full name, which a program that presses buttons does not do. Throws
 * `invalid-input` for a name that is not theirs, however its case, accents and spaces were typed.
 */
export function requireTypedName(typed: string, { name }: Person): void {
  if (plain(typed) === plain(name)) return;
  throw new ConcordatError('invalid-input', 'the typed name is another', {
    userMessage: `Type your full name as it is known here: ${name}.`,
    details: {
      problems: [{ path: `/${CONFIRM_NAME}`, keyword: 'name', params: {}, message: 'name' }],
    },
  });
}

function plain(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\s.,'’-]+/gu, ' ')
    .trim()
    .toLocaleLowerCase('en-GB');
}
