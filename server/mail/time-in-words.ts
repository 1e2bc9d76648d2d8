import { Temporal } from 'temporal-polyfill';

// Written out: Node's own names come with a comma in one version and without in the next.
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

/** A date (`2027-03-01`) as `Monday 1 March 2027`; anything that is no date as it stands. */
export function dateInWords(date: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return date;
  try {
    return dayWords(Temporal.PlainDate.from(date, { overflow: 'reject' }));
  } catch {
    return date;
  }
}

/** An instant as `9:30am on Monday 1 March 2027 (Greenwich Mean Time)` in the IANA zone given. */
export function instantInWords(instant: string, timeZone: string): string {
  const there = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
  const minutes = there.minute === 0 ? '' : `:${String(there.minute).padStart(2, '0')}`;
  const hour = there.hour % 12 === 0 ? 12 : there.hour % 12;
  const clock =
    there.hour % 12 === 0 && there.minute === 0
      ? there.hour === 0
        ? 'midnight at the start of'
        : 'noon on'
      : `${hour}${minutes}${there.hour < 12 ? 'am' : 'pm'} on`;
  return `${clock} ${dayWords(there.toPlainDate())} (${zoneWords(instant, timeZone)})`;
}

/**
 * The instant at which something is due, to stand after "by": a deadline at midnight is the end of
 * the day before, and nobody should have to work that out.
 */
export function deadlineInWords(instant: string, timeZone: string): string {
  const there = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
  if (!there.equals(there.startOfDay())) return instantInWords(instant, timeZone);
  const lastDay = there.toPlainDate().subtract({ days: 1 });
  const lastMoment = Temporal.Instant.from(instant).subtract({ seconds: 1 }).toString();
  return `the end of ${dayWords(lastDay)} (${zoneWords(lastMoment, timeZone)})`;
}

function dayWords(date: Temporal.PlainDate): string {
  const day = DAYS[date.dayOfWeek - 1];
  return `${day} ${date.day} ${MONTHS[date.month - 1]} ${date.year}`;
}

/** The zone as people there call it on that day: British Summer Time. */
function zoneWords(instant: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'long' }).formatToParts(
    Temporal.Instant.from(instant).epochMilliseconds,
  );
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}
