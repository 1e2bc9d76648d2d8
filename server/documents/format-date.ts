import { Temporal } from 'temporal-polyfill';
import { ConcordatError } from '../../engine/errors.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A calendar date (`2027-04-01`) as `1 April 2027`. Throws `invalid-input` for anything else. */
export function formatDate(date: string): string {
  return words(readDate(date));
}

/** An ISO instant as `1 April 2027 at 9:30am BST` in the zone given. Throws `invalid-input`. */
export function formatDateTime(instant: string, timeZone: string): string {
  const zoned = readInstant(instant).toZonedDateTimeISO(timeZone);
  const hour = zoned.hour % 12 === 0 ? 12 : zoned.hour % 12;
  const minute = String(zoned.minute).padStart(2, '0');
  const half = zoned.hour < 12 ? 'am' : 'pm';
  return `${words(zoned)} at ${hour}:${minute}${half} ${zoneName(instant, timeZone)}`;
}

function words(date: { day: number; month: number; year: number }): string {
  return `${date.day} ${MONTHS[date.month - 1]} ${date.year}`;
}

function readDate(date: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(date, { overflow: 'reject' });
  } catch (cause) {
    throw notADate(date, cause);
  }
}

function readInstant(instant: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(instant);
  } catch (cause) {
    throw notADate(instant, cause);
  }
}

function notADate(text: string, cause: unknown): ConcordatError {
  return new ConcordatError('invalid-input', `not a date: ${text}`, {
    userMessage: `“${text}” is not a date. Write it as year, month and day, for example 2027-04-01.`,
    cause,
  });
}

/** `GMT`, `BST`, or the offset where English has no short name for the zone. */
function zoneName(instant: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'short' }).formatToParts(
    Temporal.Instant.from(instant).epochMilliseconds,
  );
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}
