import { createRequire } from 'node:module';
import type Holidays from 'date-holidays';
import type { WorkingCalendar } from '../engine/working-calendar.ts';

const require = createRequire(import.meta.url);
const calendars = new Map<string, WorkingCalendar>();

/**
 * The working calendar of a region such as "GB-ENG" or "AU-VIC": its public holidays, from the
 * date-holidays package. Loaded when first asked, for it is large.
 */
export function holidayCalendar(region: string): WorkingCalendar {
  const known = calendars.get(region);
  if (known) return known;
  const years = new Map<string, ReadonlySet<string>>();
  const holidaysOf = (year: string): ReadonlySet<string> => {
    const cached = years.get(year);
    if (cached) return cached;
    const days = publicHolidays(region, Number(year));
    years.set(year, days);
    return days;
  };
  const calendar: WorkingCalendar = {
    region,
    version: packageVersion(),
    isHoliday: (date) => holidaysOf(date.slice(0, 4)).has(date),
  };
  calendars.set(region, calendar);
  return calendar;
}

/** True for a region the calendar knows. */
export function isKnownRegion(region: string): boolean {
  const [country, state] = region.split('-');
  const HolidayList = loadHolidays();
  const all = new HolidayList();
  const countries = all.getCountries();
  if (!country || !Object.hasOwn(countries, country)) return false;
  return state === undefined || Object.hasOwn(all.getStates(country) ?? {}, state);
}

function publicHolidays(region: string, year: number): ReadonlySet<string> {
  const HolidayList = loadHolidays();
  const [country = '', state] = region.split('-');
  const calendar = state === undefined ? new HolidayList(country) : new HolidayList(country, state);
  const days = calendar
    .getHolidays(year)
    .filter(({ type }) => type === 'public' || type === 'bank')
    .map(({ date }) => date.slice(0, 10));
  return new Set(days);
}

/** Loading takes a fifth of a second, which a server that starts does not have. */
export function loadHolidays(): typeof Holidays {
  const loaded = require('date-holidays') as typeof Holidays | { default: typeof Holidays };
  return 'default' in loaded ? loaded.default : loaded;
}

let version: string | undefined;

/** The version of the package that the holidays come from. */
export function packageVersion(): string {
  version ??= (require('date-holidays/package.json') as { version: string }).version;
  return version;
}
