import { isPersonalReference, type PersonalReference } from '../../engine/personal.ts';

/** Does it hold anything that somebody marked as said or written without prejudice? */
export function holdsWithoutPrejudice(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  if ('withoutPrejudice' in value && value.withoutPrejudice === true) return true;
  return Object.values(value).some(holdsWithoutPrejudice);
}

/** Its references to personal values. */
export function personalReferencesIn(value: unknown): readonly PersonalReference[] {
  if (value === null || typeof value !== 'object') return [];
  if (isPersonalReference(value)) return [value];
  return Object.values(value).flatMap(personalReferencesIn);
}

/** Everything in a text that looks like an id of ours. */
export function idsIn(text: string): readonly string[] {
  return text.match(/(?<![A-Za-z\d])[A-Za-z\d]{20}(?![A-Za-z\d])/gu) ?? [];
}
