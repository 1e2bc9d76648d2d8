import { lastDayOf } from '../../engine/deadline.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import type { RegisterFilter } from '../../server/use-cases/read-register.ts';
import { dueCell, type ReadersClock } from './due-cell.ts';
import { filterSelect, filterText, type FilterView } from './filter.ts';
import {
  recordTitle,
  type RegisterColumn,
  registerColumns,
  type RegisteredRecord,
  registerText,
  registerValue,
} from './register-cells.ts';
import type { Speaking } from './spoken-value.ts';
import { spreadsheetLinks, type SpreadsheetLinks } from './spreadsheet-links.ts';
import type { TableCell, TableView } from './table.ts';

export interface RegisterView {
  readonly title: string;
  readonly summary: string;
  readonly filter: FilterView;
  readonly filtered: boolean;
  readonly table: TableView | null;
  readonly tooMany: boolean;
  readonly endsEarly: boolean;
  readonly csv: SpreadsheetLinks;
  readonly first: string;
  readonly next: string;
}

export interface PresentRegister {
  readonly definition: WorkflowDefinition;
  readonly rows: readonly RegisteredRecord[];
  readonly filter: RegisterFilter;
  readonly after: string;
  readonly next: string | null;
  readonly tooMany: boolean;
  /** Not everything was looked through for this page: more may match. */
  readonly endsEarly: boolean;
  readonly states: readonly { readonly path: string; readonly title: string }[];
  /** Titles of the partnerships of whoever reads. */
  readonly partnerships: ReadonlyMap<string, string>;
  readonly speaking: Speaking;
  readonly clock: ReadersClock;
}

/** A register of any workflow, as its definition describes it. */
export function presentRegister(given: PresentRegister): RegisterView {
  const { definition, filter, rows } = given;
  const base = `/registers/${definition.id}`;
  const filtered =
    filter.text !== '' ||
    filter.state !== '' ||
    filter.status !== '' ||
    filter.partnership !== '' ||
    filter.overdue;
  return {
    title: definition.register?.title ?? definition.title,
    summary: definition.summary,
    filtered,
    filter: filterView(given, base, filtered),
    table: rows.length === 0 ? null : tableOf(given, base),
    tooMany: given.tooMany,
    endsEarly: given.endsEarly,
    csv: spreadsheetLinks(`${base}.csv`, queryOf(filter, '')),
    first: given.after === '' ? '' : `${base}${queryOf(filter, '')}`,
    next: given.next === null ? '' : `${base}${queryOf(filter, given.next)}`,
  };
}

/** The heading and lines of the same register as a file: every column, in words or plain numbers. */
export function registerFile({
  definition,
  partnerships,
  speaking,
  url,
}: Pick<PresentRegister, 'definition' | 'partnerships' | 'speaking'> & { readonly url: string }): {
  readonly heading: readonly string[];
  readonly line: (row: RegisteredRecord) => readonly string[];
} {
  const columns = registerColumns(definition);
  const day = (at: string | null): string => (at === null ? '' : lastDayOf(at, speaking.timeZone));
  return {
    heading: [
      'Record',
      'Partnership',
      ...columns.map(({ title }) => title),
      'Next date',
      'Next date is for',
      'Overdue',
      'Opened (UTC)',
      'Last changed (UTC)',
      'Address',
    ],
    line: (row) => [
      recordTitle(row, speaking),
      partnerships.get(row.partnership ?? '') ?? '',
      ...columns.map(({ name }) => registerValue(definition, row, name, speaking)),
      day(row.nextDueAt),
      row.nextDueTitle ?? '',
      row.overdue ? 'yes' : 'no',
      row.openedAt,
      row.updatedAt,
      `${url}/instances/${row.id}`,
    ],
  };
}

function filterView(
  { filter, states, partnerships, definition }: PresentRegister,
  base: string,
  active: boolean,
): FilterView {
  const all = { value: '', text: 'All' };
  return {
    action: base,
    label: `Filter the register: ${definition.register?.title ?? definition.title}`,
    active,
    fields: [
      filterText('text', 'Words', filter.text),
      filterSelect(
        'state',
        'Where it stands',
        [all, ...states.map(({ path, title }) => ({ value: path, text: title }))],
        filter.state,
      ),
      filterSelect(
        'status',
        'Open or closed',
        [all, { value: 'active', text: 'Open' }, { value: 'done', text: 'Closed' }],
        filter.status,
      ),
      ...(partnerships.size > 1
        ? [
            filterSelect(
              'partnership',
              'Partnership',
              [all, ...[...partnerships].map(([value, text]) => ({ value, text }))],
              filter.partnership,
            ),
          ]
        : []),
      filterSelect(
        'overdue',
        'Dates',
        [all, { value: 'yes', text: 'Overdue only' }],
        filter.overdue ? 'yes' : '',
      ),
    ],
  };
}

function tableOf(given: PresentRegister, base: string): TableView {
  const { definition, rows, speaking, partnerships, clock } = given;
  const texts = rows.map((row) => recordTitle(row, speaking));
  const columns = registerColumns(definition).filter((column) =>
    isWorthShowing(column, given, texts),
  );
  // A partnership's own course is called as the partnership is.
  const manyPlaces =
    partnerships.size > 1 &&
    given.filter.partnership === '' &&
    rows.some((row, index) => partnerships.get(row.partnership ?? '') !== texts[index]);
  return {
    layout: 'register',
    columns: [
      heading(given, base, { name: 'title', title: 'Record' }),
      ...(manyPlaces ? [{ text: 'Partnership' }] : []),
      // before all that may lie beside the screen
      heading(given, base, { name: 'next', title: 'Next date' }),
      ...columns.map((column) => heading(given, base, column)),
    ],
    rows: rows.map((row) => ({
      cells: [
        {
          header: true,
          text: recordTitle(row, speaking),
          href: `/instances/${row.id}`,
          ...(row.banner === null ? {} : { note: row.banner, noteUrgent: true }),
        },
        ...(manyPlaces ? [placeCell(row, partnerships)] : []),
        row.status === 'done' ? { label: 'Next date', text: 'Closed' } : dueCell(row, clock),
        ...columns.map(
          ({ name, title }): TableCell => ({
            label: title,
            text: registerText(definition, row, name, speaking),
          }),
        ),
      ],
    })),
  };
}

function placeCell(
  { partnership }: RegisteredRecord,
  partnerships: ReadonlyMap<string, string>,
): TableCell {
  const title = partnerships.get(partnership ?? '');
  if (title === undefined) return { label: 'Partnership', text: '' };
  return { label: 'Partnership', text: title, href: `/partnerships/${partnership}` };
}

/** Columns that are empty here, or say what the title or the partnership says already, are left to the file. */
function isWorthShowing(
  { name }: RegisterColumn,
  { definition, rows, speaking, partnerships }: PresentRegister,
  titles: readonly string[],
): boolean {
  const texts = rows.map((row) => registerText(definition, row, name, speaking));
  if (texts.every((text) => text === '')) return false;
  const places = rows.map(({ partnership }) => partnerships.get(partnership ?? ''));
  if (texts.every((text, index) => places[index] === text)) return false;
  return !texts.every((text, index) => titles[index]?.includes(text));
}

function heading(
  { filter }: PresentRegister,
  base: string,
  { name, title }: RegisterColumn,
): TableView['columns'][number] {
  const sorted = filter.sort === name;
  const descending = sorted && !filter.descending;
  return {
    text: title,
    href: `${base}${queryOf({ ...filter, sort: name, descending }, '')}`,
    ...(sorted ? { sorted: filter.descending ? 'descending' : 'ascending' } : {}),
  };
}

function queryOf(filter: RegisterFilter, after: string): string {
  const entries = Object.entries({
    text: filter.text,
    state: filter.state,
    status: filter.status,
    partnership: filter.partnership,
    overdue: filter.overdue ? 'yes' : '',
    sort: filter.sort,
    order: filter.descending ? 'down' : '',
    after,
  }).filter(([, value]) => value !== '');
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries).toString()}`;
}
