import { titleWithNames } from '../../server/access/name-title.ts';
import { dueCell, type ReadersClock } from './due-cell.ts';
import type { TableView } from './table.ts';

/** What a list shows of a record. */
export interface ListedRecord {
  readonly id: string;
  readonly title: string;
  readonly stateTitle: string;
  readonly status: 'active' | 'done';
  readonly outcome: 'good' | 'neutral' | 'bad' | null;
  readonly banner: string | null;
  readonly nextDueAt: string | null;
  readonly nextDueTitle: string | null;
  readonly overdue: boolean;
}

/** Records with where they stand and their next date, each leading to its page. */
export function presentRecords(
  rows: readonly ListedRecord[],
  given: { readonly names: ReadonlyMap<string, string>; readonly clock: ReadersClock },
): TableView {
  return {
    layout: 'record',
    columns: [{ text: 'Record' }, { text: 'Where it stands' }, { text: 'Next date' }],
    rows: rows.map((row) => ({
      cells: [
        {
          header: true,
          text: titleWithNames(given.names, row.title),
          href: `/instances/${row.id}`,
          ...(row.banner === null ? {} : { note: row.banner, noteUrgent: true }),
        },
        { label: 'Where it stands', text: row.stateTitle },
        row.status === 'done' ? { label: 'Next date', text: 'Closed' } : dueCell(row, given.clock),
      ],
    })),
  };
}
