import { ICalCalendar, ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { ConcordatError } from '../../engine/errors.ts';
import { visibleText } from '../documents/visible-text.ts';
import { oneLine } from './mail-headers.ts';
import type { MailAttachment } from './mail-sender.ts';

/**
 * A date as an ICS file to attach. `on` is a date (`2027-03-01`, an all-day entry) or an instant (an
 * hour from then, in UTC, so that every calendar shows it in its own zone). The same `uid` with a
 * higher `sequence` replaces the entry people have; `cancelled` takes it out. `at` is now. Throws
 * `invalid-input` when `on` is neither.
 */
export function calendarEntry(entry: {
  readonly uid: string;
  readonly sequence: number;
  readonly title: string;
  readonly on: string;
  readonly at: string;
  readonly url?: string;
  readonly description?: string;
  readonly cancelled?: boolean;
}): MailAttachment {
  const allDay = /^\d{4}-\d\d-\d\d$/.test(entry.on);
  const start = readStart(entry.on, allDay);
  const cancelled = entry.cancelled === true;
  const method = cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH;
  const calendar = new ICalCalendar({
    prodId: { company: 'Concordat', product: 'Concordat', language: 'EN' },
    method,
  });
  calendar.createEvent({
    id: entry.uid,
    sequence: entry.sequence,
    stamp: new Date(entry.at),
    start,
    ...(allDay ? { allDay } : { end: new Date(start.getTime() + 3_600_000) }),
    summary: oneLine(entry.title),
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    ...(entry.url === undefined ? {} : { url: entry.url }),
    ...(entry.description === undefined ? {} : { description: visibleText(entry.description) }),
  });
  return {
    name: 'date.ics',
    mediaType: `text/calendar; charset=utf-8; method=${method}`,
    content: calendar.toString(),
  };
}

/** Midnight UTC stands for an all-day entry: only its date is written. */
function readStart(on: string, allDay: boolean): Date {
  const start = new Date(allDay ? `${on}T00:00:00Z` : on);
  const known = allDay || /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(on);
  if (!known || Number.isNaN(start.getTime()) || (allDay && !start.toISOString().startsWith(on))) {
    throw new ConcordatError('invalid-input', `not a date for a calendar: ${on}`, {
      userMessage: `“${on}” is not a date. Write it as year, month and day, for example 2027-04-01.`,
    });
  }
  return start;
}
