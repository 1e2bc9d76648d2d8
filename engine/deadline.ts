import { Temporal } from 'temporal-polyfill';
import { compileCel } from './cel.ts';
import type { DeadlineSpec, Distance } from './definition.ts';
import { readPath } from './expression.ts';
import { remember } from './remember.ts';
import type { Scope } from './scope.ts';
import { addWorkingDays, type WorkingCalendar } from './working-calendar.ts';

/** How far a deadline may lie from what it counts from, so that no number loops for long. */
const MAX_WORKING_DAYS = 5_000;
const MAX_YEARS = 100;

/** A distance worked out: a calendar duration, or working days. */
type Span =
  | { readonly kind: 'duration'; readonly duration: Temporal.Duration }
  | { readonly kind: 'workingDays'; readonly count: number };

/**
 * When a deadline is due, as a UTC instant; null while the data it counts from are not known, or while
 * its own condition (`when`) is not met.
 * Whole days are counted from the day after `from` and end at midnight in the instance's time zone:
 * the instant is the first of the following day. Spans with hours count from the instant itself.
 */
export function dueAt(
  spec: DeadlineSpec,
  scope: Scope,
  enteredAt: string,
  calendar: WorkingCalendar,
): string | null {
  const from = spec.from === 'entry' ? enteredAt : readPath(scope, spec.from);
  const distance = spanText(spec.after ?? spec.before ?? 'P0D', scope);
  if (typeof from !== 'string' || distance === null) return null;
  if (spec.when !== undefined && compileCel(spec.when)(scope) !== true) return null;
  const sign = spec.after === undefined && spec.before !== undefined ? -1 : 1;
  const { timeZone } = scope.instance;
  // Whole days depend on the date alone, so instants of one day share an answer.
  const day = WHOLE_DAYS.test(distance) && from.length > 10 ? safeDate(from, timeZone) : from;
  if (day === null) return null;
  const key = `${day}|${sign}|${distance}|${timeZone}|${calendar.region}|${calendar.version}`;
  return rememberDue(key, () => workOutDue(day, sign, distance, timeZone, calendar));
}

const rememberDue = remember<string | null>(5_000);
const rememberMorning = remember<string | null>(5_000);

/** Spans that count days and not hours. */
const WHOLE_DAYS = /^(\d+ working days|P[^T]*)$/u;

function workOutDue(
  from: string,
  sign: 1 | -1,
  distance: string,
  timeZone: string,
  calendar: WorkingCalendar,
): string | null {
  const start = startOf(from, timeZone);
  const span = readSpan(distance);
  if (start === null || span === null) return null;
  if (span.kind === 'duration' && hasClockTime(span.duration)) {
    const moved = start.add(sign < 0 ? span.duration.negated() : span.duration);
    return instantText(moved);
  }
  const lastDay = moveDate(start.toPlainDate(), span, sign, calendar);
  return endOfDay(lastDay, timeZone);
}

/** The day a whole-day deadline ends with, in the instance's time zone, as YYYY-MM-DD. */
export function lastDayOf(due: string, timeZone: string): string {
  return lastDay(due, timeZone).toString();
}

/** 09:00 on the day that lies `distance` before a deadline's last day; null if it cannot be told. */
export function reminderAt(
  due: string,
  distance: Distance,
  scope: Scope,
  calendar: WorkingCalendar,
): string | null {
  const text = spanText(distance, scope);
  if (text === null) return null;
  const { timeZone } = scope.instance;
  const key = `${due}|${text}|${timeZone}|${calendar.region}|${calendar.version}`;
  return rememberMorning(key, () => workOutReminder(due, text, timeZone, calendar));
}

function workOutReminder(
  due: string,
  distance: string,
  timeZone: string,
  calendar: WorkingCalendar,
): string | null {
  const span = readSpan(distance);
  if (span === null) return null;
  if (span.kind === 'duration' && hasClockTime(span.duration)) {
    return instantText(zoned(due, timeZone).subtract(span.duration));
  }
  const day = moveDate(lastDay(due, timeZone), span, -1, calendar);
  return morningOf(day, timeZone);
}

/** 09:00 on the day of the `count`th chase; the first comes the morning after the deadline. */
export function chaseAt(
  due: string,
  every: string,
  count: number,
  timeZone: string,
): string | null {
  return rememberMorning(`chase|${due}|${every}|${count}|${timeZone}`, () => {
    const duration = parseDuration(every);
    if (duration === null) return null;
    // Counted from the first morning, so that a monthly chase keeps its day.
    const first = lastDay(due, timeZone).add({ days: 1 });
    return morningOf(first.add(multiply(duration, count)), timeZone);
  });
}

/** The date of an instant (UTC, with milliseconds) in a time zone, as YYYY-MM-DD. */
export function dateIn(at: string, timeZone: string): string {
  const known = today.get(timeZone);
  if (known && at.length === known.from.length && at >= known.from && at < known.until) {
    return known.date;
  }
  const date = zoned(at, timeZone).toPlainDate();
  const from = instantText(date.toZonedDateTime({ timeZone }).startOfDay());
  const until = endOfDay(date, timeZone);
  today.set(timeZone, { date: date.toString(), from, until });
  return date.toString();
}

/** The day that was asked for last in each zone: most questions are about the same one. */
const today = new Map<string, { date: string; from: string; until: string }>();

function safeDate(at: string, timeZone: string): string | null {
  try {
    return dateIn(at, timeZone);
  } catch {
    return null;
  }
}

function startOf(value: string, timeZone: string): Temporal.ZonedDateTime | null {
  try {
    if (/^\d{4}-\d{2}-\d{2}$/u.test(value)) {
      return Temporal.PlainDate.from(value).toZonedDateTime({ timeZone });
    }
    return zoned(value, timeZone);
  } catch {
    return null;
  }
}

/** A distance with its paths looked up: "P2W" or "10 working days"; null while it is not known. */
function spanText(distance: Distance, scope: Scope): string | null {
  if (typeof distance === 'object') {
    const count = numberAt(distance.workingDays, scope);
    return count === null ? null : `${count} working days`;
  }
  if (!/^(data|settings)\./u.test(distance)) return distance;
  const value = readPath(scope, distance);
  return typeof value === 'string' ? value : null;
}

function readSpan(text: string): Span | null {
  const days = /^(\d+) working days$/u.exec(text);
  if (days) return { kind: 'workingDays', count: Number(days[1]) };
  const duration = parseDuration(text);
  return duration === null ? null : { kind: 'duration', duration };
}

function numberAt(value: number | string, scope: Scope): number | null {
  const number = typeof value === 'number' ? value : readPath(scope, value);
  if (typeof number !== 'number' || !Number.isInteger(number)) return null;
  return number >= 0 && number <= MAX_WORKING_DAYS ? number : null;
}

/** An ISO 8601 duration that is not negative and not longer than a century; else null. */
function parseDuration(text: string): Temporal.Duration | null {
  try {
    const duration = Temporal.Duration.from(text);
    const far = duration.total({ unit: 'years', relativeTo: '2000-01-01' });
    return duration.sign < 0 || far > MAX_YEARS ? null : duration;
  } catch {
    return null;
  }
}

function hasClockTime(duration: Temporal.Duration): boolean {
  return duration.hours !== 0 || duration.minutes !== 0 || duration.seconds !== 0;
}

function multiply(duration: Temporal.Duration, count: number): Temporal.Duration {
  return Temporal.Duration.from({
    years: duration.years * count,
    months: duration.months * count,
    weeks: duration.weeks * count,
    days: duration.days * count,
  });
}

function moveDate(
  day: Temporal.PlainDate,
  span: Span,
  sign: 1 | -1,
  calendar: WorkingCalendar,
): Temporal.PlainDate {
  if (span.kind === 'workingDays') return addWorkingDays(day, sign * span.count, calendar);
  // A month end stays one: 31 January and one month is 28 or 29 February.
  return day.add(sign < 0 ? span.duration.negated() : span.duration, { overflow: 'constrain' });
}

function zoned(instant: string, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
}

function endOfDay(day: Temporal.PlainDate, timeZone: string): string {
  return day
    .add({ days: 1 })
    .toZonedDateTime({ timeZone })
    .startOfDay()
    .toInstant()
    .toString({ fractionalSecondDigits: 3 });
}

function lastDay(due: string, timeZone: string): Temporal.PlainDate {
  return zoned(due, timeZone).subtract({ nanoseconds: 1 }).toPlainDate();
}

function morningOf(day: Temporal.PlainDate, timeZone: string): string {
  const nine = Temporal.PlainTime.from('09:00');
  return day
    .toZonedDateTime({ timeZone, plainTime: nine })
    .toInstant()
    .toString({ fractionalSecondDigits: 3 });
}

/** One way to write an instant, so that texts compare like times. */
function instantText(time: Temporal.ZonedDateTime): string {
  return time.toInstant().toString({ fractionalSecondDigits: 3 });
}
