/**
 * The years a date may lie in. A slip of the finger, 2207 for 2027, would be a deadline of which nobody
 * is ever reminded.
 */
export const FIRST_YEAR = 1900;
export const LAST_YEAR = 2199;

export function isUsableYear(year: number): boolean {
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}
