import { ConcordatError } from '../../engine/errors.ts';
import type { Person } from '../store/directory.ts';

/** The field of a form in which somebody types their name to confirm. */
export const CONFIRM_NAME = 'confirmName';
/** The field of a workflow's form that is a signature: the name as its person would sign. */
export const SIGNED_NAME = 'fullName';

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

/**
 * Whoever signs types their name as they would sign, with a title or initials; it is theirs when it
 * shares a name with theirs. A link that came into other hands is not used in another name, and a
 * program that fills in every field knows none. Throws `invalid-input`.
 */
export function requireOwnSignature(typed: string, { name }: Person): void {
  const own = new Set(namesOf(name));
  if (own.size === 0 || namesOf(typed).some((one) => own.has(one))) return;
  throw new ConcordatError('invalid-input', 'the signature is in another name', {
    userMessage: `This link is for ${name} alone, so nobody else can sign with it. If that is you, type your name; if the name here is wrong, ask the coordinator to have it put right.`,
    details: {
      problems: [{ path: `/${SIGNED_NAME}`, keyword: 'name', params: {}, message: 'name' }],
    },
  });
}

/** The single names in a name, but for initials. */
function namesOf(name: string): readonly string[] {
  const all = plain(name).split(' ');
  const long = all.filter((one) => one.length > 1);
  return long.length > 0 ? long : all.filter((one) => one !== '');
}

function plain(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\s.,'’-]+/gu, ' ')
    .trim()
    .toLocaleLowerCase('en-GB');
}
