import { Temporal } from 'temporal-polyfill';

const UNITS = ['years', 'months', 'weeks', 'days'] as const;
/** "12 weeks", "1 month". */
const PART = /^(\d{1,4})\s*(year|month|week|day)s?$/iu;

/**
 * A typed length of time as ISO 8601: "12 weeks", "1 year and 6 months"; also what is that already ("P12W").
 * Days, weeks, months or years, at least one of them; `undefined` for anything else.
 */
export function parseDuration(typed: string): string | undefined {
  if (/^P(?:\d{1,4}[YMWD])+$/iu.test(typed)) return Temporal.Duration.from(typed).toString();
  const counts: Partial<Record<(typeof UNITS)[number], number>> = {};
  for (const part of typed.split(/\s*(?:,|\band\b)\s*/iu)) {
    const [, count, one = ''] = PART.exec(part) ?? [];
    const unit = UNITS.find((name) => name === `${one.toLowerCase()}s`);
    if (unit === undefined || counts[unit] !== undefined) return undefined;
    counts[unit] = Number(count);
  }
  const duration = Temporal.Duration.from(counts);
  return duration.blank ? undefined : duration.toString();
}
