import { Temporal } from 'temporal-polyfill';

// Written out: Node's own names differ from one version to the next, and documents must not.
const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');

/** A calendar date: "2027-03-01" → "1 March 2027". */
export function formatDate(date: string): string {
  return dateWords(Temporal.PlainDate.from(date));
}

/**
 * An instant where the reader is: "1 March 2027 at 10:05am (London time)". The hour that the clocks
 * go back over is told apart by its offset: "1:30am (London time, UTC+1)".
 */
export function formatInstant(instant: string, timeZone: string): string {
  const zoned = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
  const twice = hoursBothWays(zoned) ? `, ${offsetWords(zoned.offsetNanoseconds)}` : '';
  return `${dateWords(zoned.toPlainDate())} at ${clockWords(zoned)} (${zoneWords(timeZone)}${twice})`;
}

/**
 * When something is due. Whole days end at midnight, and nobody reads "16 March at midnight" as
 * the end of the 15th: "the end of 15 March 2027 (London time)".
 */
export function formatDeadline(dueAt: string, timeZone: string): string {
  const zoned = Temporal.Instant.from(dueAt).toZonedDateTimeISO(timeZone);
  if (!isMidnight(zoned)) return formatInstant(dueAt, timeZone);
  return `the end of ${dateWords(lastDay(zoned))} (${zoneWords(timeZone)})`;
}

/**
 * A date, or the instant of a deadline, as a mail says it after "by" or "until", with the day of the
 * week: "Monday 1 March 2027", "the end of Monday 15 March 2027 (London time)". Other text stays.
 */
export function formatMailDate(value: string, timeZone: string): string {
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(value)) {
      return weekdayWords(Temporal.PlainDate.from(value, { overflow: 'reject' }));
    }
    if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return value;
    const zoned = Temporal.Instant.from(value).toZonedDateTimeISO(timeZone);
    const day = weekdayWords(lastDay(zoned));
    const zone = zoneWords(timeZone);
    return isMidnight(zoned)
      ? `the end of ${day} (${zone})`
      : `${clockWords(zoned)} on ${day} (${zone})`;
  } catch {
    return value;
  }
}

/** The date a deadline falls on for the reader, short, for lists: "15 March 2027". */
export function formatDueDate(dueAt: string, timeZone: string): string {
  return dateWords(lastDay(Temporal.Instant.from(dueAt).toZonedDateTimeISO(timeZone)));
}

export interface DueIn {
  readonly text: string;
  readonly overdue: boolean;
}

/** Beyond this nobody counts in days. */
const MOST_DAYS = 90;

/** How far off a deadline is, in the calendar days of its place: "in 3 days", "in 7 months", "today", "4 days overdue". */
export function dueIn(dueAt: string, now: string, timeZone: string): DueIn {
  const due = Temporal.Instant.from(dueAt).toZonedDateTimeISO(timeZone);
  const present = Temporal.Instant.from(now).toZonedDateTimeISO(timeZone);
  const overdue = Temporal.ZonedDateTime.compare(present, due) >= 0;
  const days = present.toPlainDate().until(lastDay(due), { largestUnit: 'day' }).days;
  if (overdue) return { text: overdueWords(-days), overdue };
  if (days === 0) return { text: 'today', overdue };
  if (days > MOST_DAYS) return { text: farOff(present.toPlainDate(), lastDay(due)), overdue };
  return { text: days === 1 ? 'tomorrow' : `in ${days} days`, overdue };
}

/** How far off a date is, with no notion of being late: "in 3 days", "yesterday", "12 days ago". */
export function relativeDay(date: string, now: string, timeZone: string): string {
  const today = Temporal.Instant.from(now).toZonedDateTimeISO(timeZone).toPlainDate();
  const { days } = today.until(Temporal.PlainDate.from(date), { largestUnit: 'day' });
  return new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' }).format(days, 'day');
}

/** "Europe/London" → "London time", "UTC" → "UTC". */
function zoneWords(timeZone: string): string {
  if (/^(?:Etc\/)?(?:UTC|GMT)$/.test(timeZone)) return 'UTC';
  const place = timeZone.split('/').at(-1) ?? timeZone;
  return `${place.replaceAll('_', ' ')} time`;
}

function farOff(today: Temporal.PlainDate, day: Temporal.PlainDate): string {
  const rest = today.until(day, { largestUnit: 'month' });
  const months = rest.months + (rest.days >= 15 ? 1 : 0);
  if (months < 24) return `in ${months} months`;
  return `in ${Math.floor(months / 12)} years`;
}

function overdueWords(days: number): string {
  if (days <= 0) return 'overdue since today';
  return days === 1 ? '1 day overdue' : `${days} days overdue`;
}

function dateWords(date: Temporal.PlainDate): string {
  return `${date.day} ${MONTHS[date.month - 1]} ${date.year}`;
}

function weekdayWords(date: Temporal.PlainDate): string {
  return `${DAYS[date.dayOfWeek - 1]} ${dateWords(date)}`;
}

function clockWords(at: Temporal.ZonedDateTime): string {
  if (at.minute === 0 && at.hour === 12) return 'midday';
  if (at.minute === 0 && at.hour === 0) return 'midnight';
  const minutes = at.minute === 0 ? '' : `:${String(at.minute).padStart(2, '0')}`;
  return `${at.hour % 12 || 12}${minutes}${at.hour < 12 ? 'am' : 'pm'}`;
}

function isMidnight(at: Temporal.ZonedDateTime): boolean {
  return Temporal.ZonedDateTime.compare(at, at.startOfDay()) === 0;
}

/** The last day that is wholly before a midnight; the day itself for any other time. */
function lastDay(at: Temporal.ZonedDateTime): Temporal.PlainDate {
  return isMidnight(at) ? at.toPlainDate().subtract({ days: 1 }) : at.toPlainDate();
}

function hoursBothWays(at: Temporal.ZonedDateTime): boolean {
  const wall = at.toPlainDateTime();
  const earlier = wall.toZonedDateTime(at.timeZoneId, { disambiguation: 'earlier' });
  const later = wall.toZonedDateTime(at.timeZoneId, { disambiguation: 'later' });
  return earlier.epochNanoseconds !== later.epochNanoseconds;
}

function offsetWords(nanoseconds: number): string {
  const minutes = Math.round(nanoseconds / 6e10);
  if (minutes === 0) return 'UTC';
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  const sign = minutes < 0 ? '−' : '+';
  return `UTC${sign}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}
