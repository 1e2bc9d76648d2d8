import { anyOfRoles } from './any-of-roles.ts';
import { Temporal } from 'temporal-polyfill';
import { dateIn } from '../../engine/deadline.ts';
import { titleWithNames } from '../../server/access/name-title.ts';
import type { DueDate } from '../../server/use-cases/due-of.ts';
import type { EveryDue } from '../../server/use-cases/list-due.ts';
import { dueWords, type ReadersClock } from './due-cell.ts';
import { filterSelect, type FilterView } from './filter.ts';
import { formatDate } from './format-date.ts';
import { presentPagination, type PaginationView } from './pagination.ts';
import { spreadsheetLinks, type SpreadsheetLinks } from './spreadsheet-links.ts';
import type { TableView } from './table.ts';
import { unreadableText } from './unreadable.ts';

/** What the page leaves out; empty texts leave nothing out. */
export interface DatesFilter {
  readonly partnership: string;
  /** Id of the workflow of the record. */
  readonly workflow: string;
  readonly kind: string;
  /** Id of a person, or `nobody`. */
  readonly who: string;
}

export interface DatesView {
  readonly filter: FilterView;
  readonly filtered: boolean;
  readonly count: string;
  readonly groups: readonly { readonly title: string; readonly table: TableView }[];
  readonly pagination: PaginationView | null;
  readonly csv: SpreadsheetLinks;
  readonly tooMany: boolean;
  readonly unreadable: string;
}

export interface OverdueView {
  /** Null when nothing is. */
  readonly table: TableView | null;
  readonly more: string;
  readonly unreadable: string;
}

interface PresentDates {
  readonly due: EveryDue;
  readonly filter: DatesFilter;
  readonly page: number;
  readonly names: ReadonlyMap<string, string>;
  /** Titles of the reader's partnerships, and of the workflows, by id. */
  readonly partnerships: ReadonlyMap<string, string>;
  readonly workflows: ReadonlyMap<string, string>;
  readonly clock: ReadersClock;
}

const PER_PAGE = 50;
const MOST_NAMES = 3;
/** So many are shown where the page is about something else. */
const MOST_OVERDUE = 10;
/** In the filter: what nobody holds the role for. */
const NOBODY = 'nobody';

/** The last line of a file that does not hold every date. */
const LEFT_OUT =
  'Not all: the latest dates are left out, as there are more records than can be read at once. Choose one partnership to have all of its dates.';

const KINDS: ReadonlyMap<string, string> = new Map([
  ['deadline', 'Deadlines'],
  ['step', 'Steps of a stage'],
  ['decision', 'Waiting without a date'],
  ['reminder', 'Reminders'],
]);

/** What is due across partnerships: overdue first, then in the order of the days. */
export function presentDates(given: PresentDates): DatesView {
  const { due, filter, clock } = given;
  const found = matching(due.items, filter);
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
  const page = Math.min(given.page, pages);
  const shown = found.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const groupOf = grouping(clock);
  const groups = new Map<string, DueDate[]>();
  for (const item of shown) {
    const title = groupOf(item);
    groups.set(title, [...(groups.get(title) ?? []), item]);
  }
  const filtered = Object.values(filter).some((value: string) => value !== '');
  return {
    filter: filterView(given, filtered),
    filtered,
    count: countWords(found),
    groups: [...groups].map(([title, items]) => ({ title, table: tableOf(items, given) })),
    pagination:
      pages > 1
        ? presentPagination({
            current: page,
            total: pages,
            href: (to) => `/dates${queryOf(filter, to)}`,
          })
        : null,
    csv: spreadsheetLinks('/dates.csv', queryOf(filter, 1)),
    tooMany: due.tooMany,
    unreadable: unreadableText(due.unreadable),
  };
}

/** What others have let pass, for whoever looks after it and has nothing to do themselves. */
export function presentOverdue(
  given: Omit<PresentDates, 'filter' | 'page' | 'workflows'>,
): OverdueView {
  const late = given.due.items.filter(({ overdue }) => overdue);
  const more = late.length - MOST_OVERDUE;
  return {
    table: late.length === 0 ? null : tableOf(late.slice(0, MOST_OVERDUE), given),
    more: more > 0 ? `See all ${late.length} that are overdue, and every other date` : '',
    unreadable: unreadableText(given.due.unreadable),
  };
}

/** The same as a file, line by line. */
export function datesFile(
  given: Omit<PresentDates, 'page'> & { readonly url: string },
): readonly (readonly string[])[] {
  const heading = [
    'What is due',
    'Kind',
    'Last day',
    'Overdue',
    'Who',
    'Role',
    'Record',
    'Kind of record',
    'Where it stands',
    'Partnership',
    'Address',
  ];
  const lines = matching(given.due.items, given.filter).map((item) => [
    item.title ?? '',
    KINDS.get(item.kind) ?? '',
    item.lastDay ?? '',
    item.overdue ? 'yes' : 'no',
    item.waitsFor.people.map((id) => given.names.get(id) ?? id).join('; '),
    item.waitsFor.roles.join('; '),
    titleWithNames(given.names, item.row.title),
    given.workflows.get(item.row.workflow) ?? '',
    item.row.stateTitle,
    given.partnerships.get(item.row.partnership ?? '') ?? '',
    `${given.url}/instances/${item.row.id}`,
  ]);
  const left = given.due.tooMany ? [[LEFT_OUT, ...heading.slice(1).map(() => '')]] : [];
  return [heading, ...lines, ...left];
}

function matching(
  items: readonly DueDate[],
  { partnership, workflow, kind, who }: DatesFilter,
): readonly DueDate[] {
  return items.filter(
    ({ row, kind: own, waitsFor }) =>
      (partnership === '' || row.partnership === partnership) &&
      (workflow === '' || row.workflow === workflow) &&
      (kind === '' || own === kind) &&
      (who === '' || (who === NOBODY ? lacksSomebody(waitsFor) : waitsFor.people.includes(who))),
  );
}

function lacksSomebody({ people, roles }: DueDate['waitsFor']): boolean {
  return people.length === 0 && roles.length > 0;
}

/** A week ends on Sunday, where the reader is. */
function grouping({ now, timeZone }: ReadersClock): (item: DueDate) => string {
  const today = Temporal.PlainDate.from(dateIn(now, timeZone));
  const sunday = today.add({ days: 7 - today.dayOfWeek }).toString();
  const month = today.add({ days: 30 }).toString();
  return ({ overdue, lastDay }) => {
    if (overdue) return 'Overdue';
    if (lastDay === null) return 'Waiting, without a date';
    if (lastDay <= sunday) return `This week, to Sunday ${formatDate(sunday)}`;
    return lastDay <= month ? 'In the next 30 days' : 'Later';
  };
}

function countWords(items: readonly DueDate[]): string {
  const late = items.filter(({ overdue }) => overdue).length;
  const all = items.length === 1 ? '1 date' : `${items.length} dates`;
  if (late === 0) return `${all}. Nothing is overdue.`;
  return late === 1 ? `${all}. 1 is overdue.` : `${all}. ${late} are overdue.`;
}

function tableOf(
  items: readonly DueDate[],
  { names, partnerships, clock }: Pick<PresentDates, 'names' | 'partnerships' | 'clock'>,
): TableView {
  return {
    layout: 'dates',
    columns: [{ text: 'What is due' }, { text: 'When' }, { text: 'Who' }, { text: 'Partnership' }],
    rows: items.map(({ row, kind, title, dueAt, overdue, waitsFor }) => {
      const place = partnerships.get(row.partnership ?? '') ?? '';
      const record = titleWithNames(names, row.title);
      return {
        cells: [
          {
            header: true,
            text: kind === 'reminder' ? `Reminder: ${title}` : (title ?? ''),
            href: `/instances/${row.id}`,
            ...(record === place ? {} : { note: record }),
          },
          { label: 'When', text: dueWords(dueAt, clock), urgent: overdue },
          { label: 'Who', text: whoWords(waitsFor, names) },
          { label: 'Partnership', text: place, href: `/partnerships/${row.partnership}` },
        ],
      };
    }),
  };
}

function whoWords(
  { people, roles }: DueDate['waitsFor'],
  names: ReadonlyMap<string, string>,
): string {
  if (roles.length === 0 && people.length === 0) return 'It comes by itself';
  if (people.length === 0) return `Nobody yet: ${anyOfRoles(roles)}`;
  const known = people.map((id) => names.get(id) ?? id);
  const more = known.length - MOST_NAMES;
  const shown = known.slice(0, MOST_NAMES).join(', ');
  if (more <= 0) return shown;
  return `${shown} and ${more === 1 ? '1 other' : `${more} others`}`;
}

function filterView(
  { due, filter, names, partnerships, workflows }: PresentDates,
  active: boolean,
): FilterView {
  const all = { value: '', text: 'All' };
  const choices = (known: Iterable<readonly [string, string]>) => [
    all,
    ...[...known].map(([value, text]) => ({ value, text })),
  ];
  const people = new Set(due.items.flatMap(({ waitsFor }) => waitsFor.people));
  const byName = [...people]
    .map((id) => [id, names.get(id) ?? id] as const)
    .sort((a, b) => a[1].localeCompare(b[1], 'en-GB'));
  return {
    action: '/dates',
    label: 'Filter the dates',
    active,
    fields: [
      ...(partnerships.size > 1
        ? [filterSelect('partnership', 'Partnership', choices(partnerships), filter.partnership)]
        : []),
      filterSelect('workflow', 'About', choices(workflows), filter.workflow),
      filterSelect('kind', 'Kind', choices(KINDS), filter.kind),
      filterSelect('who', 'Who', choices([[NOBODY, 'Nobody yet'], ...byName]), filter.who),
    ],
  };
}

function queryOf(filter: DatesFilter, page: number): string {
  const entries = Object.entries({ ...filter, page: page > 1 ? String(page) : '' }).filter(
    ([, value]) => value !== '',
  );
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries).toString()}`;
}
