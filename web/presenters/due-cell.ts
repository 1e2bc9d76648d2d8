import { dueIn, formatDueDate } from './format-date.ts';
import type { TableCell } from './table.ts';

/** Where and when a list is read. */
export interface ReadersClock {
  readonly now: string;
  readonly timeZone: string;
}

/**
 * The next date of a record in a list. What is late is said in words, not by colour alone; a date
 * that has passed is gone from the row, so that only "overdue" is left of it.
 */
export function dueCell(
  row: {
    readonly nextDueAt: string | null;
    readonly nextDueTitle: string | null;
    readonly overdue: boolean;
  },
  clock: ReadersClock,
  label = 'Next date',
): TableCell {
  if (row.nextDueAt === null) {
    return row.overdue ? { label, text: 'Overdue', urgent: true } : { label, text: 'None' };
  }
  const due = dueIn(row.nextDueAt, clock.now, clock.timeZone);
  const late = row.overdue || due.overdue;
  return {
    label,
    text:
      late && !due.overdue
        ? `Overdue; then ${formatDueDate(row.nextDueAt, clock.timeZone)}`
        : `${formatDueDate(row.nextDueAt, clock.timeZone)}, ${due.text}`,
    urgent: late,
    ...(row.nextDueTitle === null ? {} : { note: row.nextDueTitle }),
  };
}
