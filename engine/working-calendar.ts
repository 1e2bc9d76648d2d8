import { Temporal } from 'temporal-polyfill';

/** Which days people work. The holidays come from outside; `version` is kept with each commit. */
export interface WorkingCalendar {
  readonly region: string;
  readonly version: string;
  /** `date` as YYYY-MM-DD. */
  readonly isHoliday: (date: string) => boolean;
}

/** True on Monday to Friday, public holidays of the calendar's region excepted. */
function isWorkingDay(date: Temporal.PlainDate, calendar: WorkingCalendar): boolean {
  return date.dayOfWeek <= 5 && !calendar.isHoliday(date.toString());
}

/**
 * The `count`th working day after `date` (before it, if negative); `date` itself is not counted,
 * as notice periods are counted in English practice: the day of the event is excluded.
 */
export function addWorkingDays(
  date: Temporal.PlainDate,
  count: number,
  calendar: WorkingCalendar,
): Temporal.PlainDate {
  const direction = Temporal.Duration.from({ days: count < 0 ? -1 : 1 });
  let day = date;
  for (let left = Math.abs(count); left > 0; ) {
    day = day.add(direction);
    if (isWorkingDay(day, calendar)) left -= 1;
  }
  return day;
}
