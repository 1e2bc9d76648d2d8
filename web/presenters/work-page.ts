import { titleWithNames } from '../../server/access/name-title.ts';
import type { WorkItem } from '../../server/use-cases/my-work.ts';
import type { ReadersClock } from './due-cell.ts';
import { dueIn, formatDueDate } from './format-date.ts';
import type { TableCell, TableView } from './table.ts';

export interface WorkPageView {
  readonly groups: readonly WorkGroup[];
  /** Far off, or without a date: folded away. */
  readonly folded: readonly WorkGroup[];
  readonly nothing: boolean;
}

interface WorkGroup {
  readonly title: string;
  readonly count: number;
  readonly table: TableView;
}

/** What is due later than this is not on people's minds yet. */
const SOON_DAYS = 28;

/** "My work": overdue first, then what is due soon; what has no date or is far off below, folded. */
export function presentWork(
  items: readonly WorkItem[],
  given: { readonly names: ReadonlyMap<string, string>; readonly clock: ReadersClock },
): WorkPageView {
  const soon = Date.parse(given.clock.now) + SOON_DAYS * 86_400_000;
  const overdue = items.filter((item) => item.overdue);
  const dated = items.filter((item) => !item.overdue && item.dueAt !== null);
  const group = (title: string, some: readonly WorkItem[]): WorkGroup[] =>
    some.length === 0 ? [] : [{ title, count: some.length, table: tableOf(some, given) }];
  const isSoon = ({ dueAt }: WorkItem): boolean => dueAt !== null && Date.parse(dueAt) <= soon;
  const undated = items.filter((item) => !item.overdue && item.dueAt === null);
  return {
    nothing: items.length === 0,
    groups: [
      ...group('Overdue', overdue),
      ...group('Due in the next four weeks', dated.filter(isSoon)),
    ],
    folded: [
      ...group('Open, without a date', undated),
      ...group(
        'Due later',
        dated.filter((item) => !isSoon(item)),
      ),
    ],
  };
}

function tableOf(
  items: readonly WorkItem[],
  { names, clock }: { readonly names: ReadonlyMap<string, string>; readonly clock: ReadersClock },
): TableView {
  return {
    layout: 'record',
    columns: [{ text: 'What to do' }, { text: 'Partnership' }, { text: 'Due' }],
    rows: items.map((item) => ({
      cells: [
        {
          header: true,
          text: item.label,
          href: hrefOf(item),
          note: recordOf(item, names),
        },
        {
          label: 'Partnership',
          text: item.partnership.title,
          href: `/partnerships/${item.partnership.id}`,
        },
        dueOf(item, clock),
      ],
    })),
  };
}

/** One thing to do leads to its form; where there is more to choose from, to the record. */
function hrefOf({ instance, event, others }: WorkItem): string {
  return event === null || others > 0
    ? `/instances/${instance}`
    : `/instances/${instance}/do/${event}`;
}

function recordOf(
  { title, stateTitle, others }: WorkItem,
  names: ReadonlyMap<string, string>,
): string {
  const more =
    others === 0 ? '' : others === 1 ? '; or one other thing' : `; or ${others} other things`;
  return `${titleWithNames(names, title)}: ${stateTitle}${more}`;
}

function dueOf({ dueAt, overdue }: WorkItem, { now, timeZone }: ReadersClock): TableCell {
  if (dueAt === null)
    return { label: 'Due', text: overdue ? 'Overdue' : 'No date', urgent: overdue };
  const due = dueIn(dueAt, now, timeZone);
  return {
    label: 'Due',
    text: overdue && !due.overdue ? 'Overdue' : `${formatDueDate(dueAt, timeZone)}, ${due.text}`,
    urgent: overdue,
  };
}
