import { dueIn, formatDueDate } from './format-date.ts';
import type { TableCell } from './table.ts';

/** Where and when a list is read. */
export interface ReadersClock {
  readonly now: string;
  readonly timeZone: string;
}

/** The next date of a record in a list, or the one that has passed: said in words, not by colour alone. */
export function dueCell(
  row: {
    readonly nextDueAt: string | null;
    readonly nextDueTitle: string | null;
  },
  clock: ReadersClock,
  label = 'Next date',
): TableCell {
  if (row.nextDueAt === null) return { label, text: 'None' };
  return {
    label,
    text: dueWords(row.nextDueAt, clock),
    urgent: row.nextDueAt <= clock.now,
    ...(row.nextDueTitle === null ? {} : { note: row.nextDueTitle }),
  };
}

/** "14 January 2027, in 12 days". */
export function dueWords(dueAt: string | null, { now, timeZone }: ReadersClock): string {
  if (dueAt === null) return 'No date';
  return `${formatDueDate(dueAt, timeZone)}, ${dueIn(dueAt, now, timeZone).text}`;
}
