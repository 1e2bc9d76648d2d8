import { Temporal } from 'temporal-polyfill';
import { isUsableYear } from './usable-year.ts';

export type DatePart = 'day' | 'month' | 'year';

export type ParsedDate =
  | { readonly kind: 'empty' }
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'missing'; readonly parts: readonly DatePart[] }
  | { readonly kind: 'short-year' }
  | { readonly kind: 'far-year' }
  | { readonly kind: 'unreal'; readonly parts: readonly DatePart[] };

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** Three typed fields as a calendar date (YYYY-MM-DD); the month may be a word, "March" or "mar". */
export function parseDate(typed: Readonly<Record<DatePart, string>>): ParsedDate {
  const order: readonly DatePart[] = ['day', 'month', 'year'];
  const missing = order.filter((part) => typed[part].trim() === '');
  if (missing.length === order.length) return { kind: 'empty' };
  if (missing.length > 0) return { kind: 'missing', parts: missing };
  const day = wholeNumber(typed.day);
  const month = monthNumber(typed.month);
  const year = wholeNumber(typed.year);
  const wrong = order.filter((part) => ({ day, month, year })[part] === undefined);
  if (wrong.length > 0) return { kind: 'unreal', parts: wrong };
  if (!/^\d{4}$/.test(typed.year.trim())) return { kind: 'short-year' };
  try {
    const date = Temporal.PlainDate.from(
      { day: day ?? 0, month: month ?? 0, year: year ?? 0 },
      { overflow: 'reject' },
    );
    return isUsableYear(date.year) ? { kind: 'date', date: date.toString() } : { kind: 'far-year' };
  } catch {
    return { kind: 'unreal', parts: order };
  }
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,5}$/.test(text.trim()) ? Number(text.trim()) : undefined;
}

function monthNumber(text: string): number | undefined {
  const word = text.trim().toLowerCase().replace(/\.$/, '');
  if (/^\d/.test(word)) return wholeNumber(word);
  if (word.length < 3) return undefined;
  const index = MONTHS.findIndex((month) => month.startsWith(word));
  if (index >= 0) return index + 1;
  return word === 'sept' ? 9 : undefined;
}
