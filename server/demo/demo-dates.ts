import { Temporal } from 'temporal-polyfill';
import type { WorkingCalendar } from '../../engine/working-calendar.ts';

/** How long the story lasts from its first to its last day. */
export const STORY_MONTHS = 58;

/** The dates of the story, all counted from its first day. */
export interface DemoDates {
  readonly timeZone: string;
  /** The date so many months and days after the first: "2027-03-01". */
  date(months: number, days?: number): string;
  /** The first working day on or after that date. */
  workingDate(months: number, days?: number): string;
  /** That date, or the first working day after it. */
  nextWorkingDay(date: string): string;
  /** A time of day on a date, as an instant in UTC: `at("2027-03-01", "10:15")`. */
  at(date: string, time: string): string;
}

export function demoDates(
  start: string,
  { timeZone, calendar }: { readonly timeZone: string; readonly calendar: WorkingCalendar },
): DemoDates {
  const first = Temporal.PlainDate.from(start);
  const after = (months: number, days: number): Temporal.PlainDate =>
    first.add({ months }).add({ days });
  const nextWorkingDay = (given: Temporal.PlainDate): Temporal.PlainDate => {
    let date = given;
    while (date.dayOfWeek > 5 || calendar.isHoliday(date.toString())) date = date.add({ days: 1 });
    return date;
  };
  return {
    timeZone,
    date: (months, days = 0) => after(months, days).toString(),
    workingDate: (months, days = 0) => nextWorkingDay(after(months, days)).toString(),
    nextWorkingDay: (date) => nextWorkingDay(Temporal.PlainDate.from(date)).toString(),
    at: (date, time) =>
      Temporal.PlainDate.from(date)
        .toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) })
        .toInstant()
        .toString({ fractionalSecondDigits: 3 }),
  };
}

/** The first day that lets the story end the day before `today` (a date where it plays). */
export function usualStart(today: string): string {
  return Temporal.PlainDate.from(today)
    .subtract({ days: 1 })
    .subtract({ months: STORY_MONTHS })
    .toString();
}
