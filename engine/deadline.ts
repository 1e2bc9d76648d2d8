import { Temporal } from 'temporal-polyfill';
import type { DeadlineSpec, Distance } from './definition.ts';
import { readPath } from './expression.ts';
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
 * When a deadline is due, as a UTC instant; null while the data it counts from are not known.
 * Whole days are counted from the day after `from` and end at midnight in the instance's time zone:
 * the instant is the first of the following day. Spans with hours count from the instant itself.
 */
export function dueAt(
  spec: DeadlineSpec,
  scope: Scope,
  enteredAt: string,
  calendar: WorkingCalendar,
): string | null {
  const start = startOf(spec.from, scope, enteredAt);
  const span = spanOf(spec.after ?? spec.before ?? 'P0D', scope);
  if (start === null || span === null) return null;
  const sign = spec.after === undefined && spec.before !== undefined ? -1 : 1;
  if (span.kind === 'duration' && hasClockTime(span.duration)) {
    const moved = start.add(sign < 0 ? span.duration.negated() : span.duration);
    return moved.toInstant().toString({ fractionalSecondDigits: 3 });
  }
  const lastDay = moveDate(start.toPlainDate(), span, sign, calendar);
  return endOfDay(lastDay, scope.instance.timeZone);
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
  const span = spanOf(distance, scope);
  if (span === null) return null;
  if (span.kind === 'duration' && hasClockTime(span.duration)) {
    return zoned(due, scope.instance.timeZone)
      .subtract(span.duration)
      .toInstant()
      .toString({ fractionalSecondDigits: 3 });
  }
  const day = moveDate(lastDay(due, scope.instance.timeZone), span, -1, calendar);
  return morningOf(day, scope.instance.timeZone);
}

/** 09:00 on the day of the `count`th chase; the first comes the morning after the deadline. */
export function chaseAt(
  due: string,
  every: string,
  count: number,
  timeZone: string,
): string | null {
  const duration = parseDuration(every);
  if (duration === null) return null;
  let day = lastDay(due, timeZone).add({ days: 1 });
  const anchor = day;
  if (count > 0) {
    // Counted from the anchor, so that a month's chase keeps its day.
    day = anchor.add(multiply(duration, count));
  }
  return morningOf(day, timeZone);
}

/** The date of an instant in a time zone, as YYYY-MM-DD. */
export function dateIn(at: string, timeZone: string): string {
  return zoned(at, timeZone).toPlainDate().toString();
}

function startOf(from: string, scope: Scope, enteredAt: string): Temporal.ZonedDateTime | null {
  const { timeZone } = scope.instance;
  if (from === 'entry') return zoned(enteredAt, timeZone);
  const value = readPath(scope, from);
  if (typeof value !== 'string') return null;
  try {
    if (/^\d{4}-\d{2}-\d{2}$/u.test(value)) {
      return Temporal.PlainDate.from(value).toZonedDateTime({ timeZone });
    }
    return zoned(value, timeZone);
  } catch {
    return null;
  }
}

function spanOf(distance: Distance, scope: Scope): Span | null {
  if (typeof distance === 'object') {
    const count = numberAt(distance.workingDays, scope);
    return count === null ? null : { kind: 'workingDays', count };
  }
  if (/^(data|settings)\./u.test(distance)) {
    const value = readPath(scope, distance);
    if (typeof value !== 'string') return null;
    const duration = parseDuration(value);
    return duration === null ? null : { kind: 'duration', duration };
  }
  const duration = parseDuration(distance);
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
