/**
 * The years a typed date may lie in. A slip of the finger, 2207 for 2027, would be a deadline of which
 * nobody is ever reminded. Only what is typed is held to it: data on record is checked again with every
 * step, and no record may get stuck over a date that it holds already.
 */
export const FIRST_YEAR = 1900;
export const LAST_YEAR = 2199;

export function isUsableYear(year: number): boolean {
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}
