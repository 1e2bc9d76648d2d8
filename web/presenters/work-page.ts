import { titleWithNames } from '../../server/access/name-title.ts';
import type { WorkItem } from '../../server/use-cases/my-work.ts';
import { dueWords, type ReadersClock } from './due-cell.ts';
import { presentPagination, type PaginationView } from './pagination.ts';
import type { TableCell, TableView } from './table.ts';

export interface WorkPageView {
  readonly pagination: PaginationView | null;
  readonly groups: readonly WorkGroup[];
  /** Far off, or without a date: folded away. */
  readonly folded: readonly WorkGroup[];
  readonly nothing: boolean;
}

interface WorkGroup {
  readonly title: string;
  /** On all pages. */
  readonly count: number;
  readonly table: TableView;
}

/** What is due later than this is not on people's minds yet. */
const SOON_DAYS = 28;
/** Who looks after many partnerships has more than one page can hold. */
const PER_PAGE = 50;

/** "My work": overdue first, then what is due soon; what has no date or is far off below, folded. */
export function presentWork(
  all: readonly WorkItem[],
  given: {
    readonly names: ReadonlyMap<string, string>;
    readonly clock: ReadersClock;
    readonly page: number;
  },
): WorkPageView {
  const pages = Math.max(1, Math.ceil(all.length / PER_PAGE));
  const page = Math.min(given.page, pages);
  const items = all.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const soon = Date.parse(given.clock.now) + SOON_DAYS * 86_400_000;
  const isSoon = ({ dueAt }: WorkItem): boolean => dueAt !== null && Date.parse(dueAt) <= soon;
  // How many there are is said of all pages, what they are of this one.
  const group = (title: string, belongs: (item: WorkItem) => boolean): readonly WorkGroup[] => {
    const here = items.filter(belongs);
    if (here.length === 0) return [];
    return [{ title, count: all.filter(belongs).length, table: tableOf(here, given) }];
  };
  return {
    nothing: all.length === 0,
    pagination:
      pages > 1
        ? presentPagination({ current: page, total: pages, href: (to) => `/work?page=${to}` })
        : null,
    groups: [
      ...group('Overdue', ({ overdue }) => overdue),
      ...group('Due in the next four weeks', (item) => !item.overdue && isSoon(item)),
    ],
    folded: [
      ...group('Open, without a date', ({ overdue, dueAt }) => !overdue && dueAt === null),
      ...group('Due later', (item) => !item.overdue && item.dueAt !== null && !isSoon(item)),
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
    others === 0
      ? ''
      : others === 1
        ? '. You could do one other thing'
        : `. You could do ${others} other things`;
  return `${titleWithNames(names, title)}. It stands at: ${stateTitle}${more}`;
}

function dueOf({ dueAt, overdue }: WorkItem, clock: ReadersClock): TableCell {
  return { label: 'Due', text: dueWords(dueAt, clock), urgent: overdue };
}
