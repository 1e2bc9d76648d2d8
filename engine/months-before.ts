import { Temporal } from 'temporal-polyfill';

/** So far back at most: no number makes a date that nobody means. */
const MAX_MONTHS = 1_200;

/**
 * The day that lies so many whole calendar months before a date (both YYYY-MM-DD): notice that is served
 * on it, or earlier, runs out by that date. A day that the month does not have becomes its last one, so
 * six months before 31 March are 30 September. Throws a plain `Error`, which CEL makes a value of, for
 * what is no date, or no whole number from 0 to 1,200.
 */
export function monthsBefore(date: string, months: number): string {
  if (!Number.isInteger(months) || months < 0 || months > MAX_MONTHS) {
    throw new Error('months are a whole number from 0 to 1200');
  }
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(date)) throw new Error('a date is written YYYY-MM-DD');
  return Temporal.PlainDate.from(date, { overflow: 'reject' })
    .subtract({ months }, { overflow: 'constrain' })
    .toString();
}
