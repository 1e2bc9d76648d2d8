import type { MachineConfig, WorkflowDefinition } from '../../engine/definition.ts';
import { titleWithNames } from '../access/name-title.ts';
import type { Asker } from '../access/asker.ts';
import { createRowAccess } from '../access/row-access.ts';
import { visiblePartnership } from '../access/load-partnership.ts';
import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { listInstances } from './list-instances.ts';
import { partnershipTitles } from './partnership-titles.ts';

/** What a register leaves out, and its order. Empty texts leave nothing out. */
export interface RegisterFilter {
  /** Words of the title or of a column. */
  readonly text: string;
  /** Dotted path of a state. */
  readonly state: string;
  readonly status: '' | 'active' | 'done';
  readonly partnership: string;
  readonly overdue: boolean;
  /** A column, 'title' or 'next'; empty: what changed last stands first. */
  readonly sort: string;
  readonly descending: boolean;
}

export interface RegisterPage {
  readonly rows: readonly InstanceRow[];
  /** The cursor of the next page. */
  readonly next: string | null;
  /** There are more records than can be put in order at once. */
  readonly tooMany: boolean;
}

/** Records that are looked through for one sorted page: beyond them a filter has to help. */
const MOST_SORTED = 5_000;
const ROWS_AT_ONCE = 500;
const ALPHABET = new Intl.Collator('en-GB', { numeric: true });
const OFFSET = /^o(\d{1,7})$/u;

/** The workflows that have a register, in order of its title. */
export function registers({
  workflows,
}: Pick<Services, 'workflows'>): readonly WorkflowDefinition[] {
  return workflows
    .newest()
    .map(({ definition }) => definition)
    .filter(({ register }) => register !== undefined)
    .sort((a, b) => (a.register?.title ?? '').localeCompare(b.register?.title ?? '', 'en-GB'));
}

/** A page of a register: only records that the asker may see. Throws `bad-request` for no cursor. */
export async function readRegister(
  services: Services,
  asker: Asker,
  workflow: string,
  filter: RegisterFilter,
  page: {
    readonly limit: number;
    readonly after?: string;
    readonly names: ReadonlyMap<string, string>;
    /** How many are put in order at once, if not as usual. */
    readonly most?: number;
  },
): Promise<RegisterPage> {
  const { most = MOST_SORTED } = page;
  const matches = matcher(filter, page.names);
  // Whoever sees everything, or looks at one partnership, pages through the store; else all that are
  // theirs are looked through.
  if (filter.sort === '' && !isOffset(page.after)) {
    if (asker.person.coordinator || filter.partnership !== '') {
      return inStoreOrder(services, asker, workflow, filter, matches, page);
    }
    const [partnership = '', ...more] = (await partnershipTitles(services, asker)).keys();
    if (partnership !== '' && more.length === 0) {
      return inStoreOrder(services, asker, workflow, { ...filter, partnership }, matches, page);
    }
  }
  const rows: InstanceRow[] = [];
  let tooMany = false;
  let looked = 0;
  for await (const found of everyRow(services, asker, workflow, filter, matches)) {
    rows.push(...found.rows);
    looked += found.looked;
    tooMany = found.more && looked >= most;
    if (tooMany) break;
  }
  rows.sort(orderOf(filter, page.names));
  const from = offsetIn(page.after);
  const to = from + page.limit;
  const next = rows.length > to ? `o${to}` : null;
  return { rows: rows.slice(from, to), next, tooMany };
}

/**
 * All of a register that the asker may see and the filter leaves, for a file: none is left out, however
 * many there are. They are in the order that was asked for as long as they can be put in order at once.
 */
export async function* wholeRegister(
  services: Services,
  asker: Asker,
  workflow: string,
  filter: RegisterFilter,
  names: ReadonlyMap<string, string>,
  most = MOST_SORTED,
): AsyncGenerator<readonly InstanceRow[]> {
  let waiting: InstanceRow[] = [];
  let looked = 0;
  for await (const found of everyRow(services, asker, workflow, filter, matcher(filter, names))) {
    waiting.push(...found.rows);
    looked += found.looked;
    if (looked <= most) continue;
    yield waiting;
    waiting = [];
  }
  yield looked > most ? waiting : waiting.sort(orderOf(filter, names));
}

/** The states of a workflow that its records can stand in, as a filter offers them. */
export function statesOf({
  machine,
}: WorkflowDefinition): readonly { readonly path: string; readonly title: string }[] {
  const walk = ({ states }: MachineConfig, parent: string): { path: string; title: string }[] =>
    Object.entries(states ?? {}).flatMap(([key, config]) => {
      const path = parent === '' ? key : `${parent}.${key}`;
      if (config.type === 'history') return [];
      const inner = walk(config, path);
      return inner.length > 0 ? inner : [{ path, title: config.meta?.title ?? key }];
    });
  return walk(machine, '');
}

async function inStoreOrder(
  services: Services,
  asker: Asker,
  workflow: string,
  filter: RegisterFilter,
  matches: (row: InstanceRow) => boolean,
  page: { readonly limit: number; readonly after?: string },
): Promise<RegisterPage> {
  const [status = filter.status] =
    filter.overdue && filter.status === '' ? ['active' as const] : [];
  const where = {
    workflow,
    limit: page.limit,
    ...(status === '' ? {} : { status }),
    ...(filter.partnership === '' ? {} : { partnership: filter.partnership }),
    ...(page.after === undefined ? {} : { after: page.after }),
  };
  return { ...(await listInstances(services, asker, where, matches)), tooMany: false };
}

interface Looked {
  readonly rows: readonly InstanceRow[];
  /** How many were looked at for them. */
  readonly looked: number;
  /** There are more to look at. */
  readonly more: boolean;
}

/** Everything that is the asker's and matches, in parts. */
async function* everyRow(
  services: Services,
  asker: Asker,
  workflow: string,
  filter: RegisterFilter,
  matches: (row: InstanceRow) => boolean,
): AsyncGenerator<Looked> {
  const access = createRowAccess(services, asker);
  const ranges = await rangesOf(services, asker, filter);
  for (const [index, range] of ranges.entries()) {
    let after: string | undefined;
    do {
      const { rows, next } = await services.store.instances.list({
        workflow,
        limit: ROWS_AT_ONCE,
        ...range,
        ...(after === undefined ? {} : { after }),
      });
      const seen = await access.visible(rows.filter(matches));
      const more = next !== null || index < ranges.length - 1;
      yield { rows: seen, looked: rows.length, more };
      after = next ?? undefined;
    } while (after !== undefined);
  }
}

interface Range {
  readonly partnership?: string;
  readonly status?: 'active' | 'done';
}

/** What has to be looked through; where the dates matter, what is closed and has none comes last. */
async function rangesOf(
  services: Services,
  asker: Asker,
  { partnership, status, overdue, sort }: RegisterFilter,
): Promise<readonly Range[]> {
  if (partnership !== '') await visiblePartnership(services, asker, partnership);
  const places: readonly Range[] =
    partnership !== ''
      ? [{ partnership }]
      : asker.person.coordinator
        ? [{}]
        : [...(await partnershipTitles(services, asker)).keys()].map((id) => ({ partnership: id }));
  const wanted = status === '' ? [] : [{ status }];
  const [...states] =
    wanted.length > 0
      ? wanted
      : overdue
        ? [{ status: 'active' as const }]
        : sort === 'next'
          ? [{ status: 'active' as const }, { status: 'done' as const }]
          : [{}];
  return states.flatMap((state) => places.map((place) => ({ ...place, ...state })));
}

function matcher(
  filter: RegisterFilter,
  names: ReadonlyMap<string, string>,
): (row: InstanceRow) => boolean {
  const words = filter.text.toLocaleLowerCase('en-GB').split(/\s+/u).filter(Boolean);
  return (row) => {
    if (filter.overdue && !row.overdue) return false;
    if (filter.state !== '' && !row.state.split(' ').some((path) => isIn(path, filter.state))) {
      return false;
    }
    if (words.length === 0) return true;
    const text = [row.title, ...Object.values(row.columns).filter((one) => typeof one === 'string')]
      .map((one) => titleWithNames(names, one))
      .join(' ')
      .toLocaleLowerCase('en-GB');
    return words.every((word) => text.includes(word));
  };
}

function isIn(path: string, state: string): boolean {
  return path === state || path.startsWith(`${state}.`);
}

/** Rows without a value come last, whichever way round. */
function orderOf(
  { sort, descending }: RegisterFilter,
  names: ReadonlyMap<string, string>,
): (a: InstanceRow, b: InstanceRow) => number {
  const sign = descending ? -1 : 1;
  const newest = (a: InstanceRow, b: InstanceRow): number =>
    a.updatedAt === b.updatedAt ? (a.id < b.id ? 1 : -1) : a.updatedAt < b.updatedAt ? 1 : -1;
  if (sort === '') return newest;
  const compared = (a: InstanceRow, b: InstanceRow): number => {
    const [left, right] = [sortKey(a, sort, names), sortKey(b, sort, names)];
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * ALPHABET.compare(String(left), String(right));
  };
  return (a, b) => compared(a, b) || newest(a, b);
}

function sortKey(
  row: InstanceRow,
  sort: string,
  names: ReadonlyMap<string, string>,
): string | number | null {
  if (sort === 'title') return titleWithNames(names, row.title);
  if (sort === 'state') return row.stateTitle;
  if (sort === 'next') return row.nextDueAt;
  const value = Object.hasOwn(row.columns, sort) ? row.columns[sort] : null;
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? (names.get(value) ?? value) : null;
}

/** The cursor of a page of what was put in order here, not in the store. */
function isOffset(cursor: string | undefined): boolean {
  return cursor !== undefined && OFFSET.test(cursor);
}

function offsetIn(cursor: string | undefined): number {
  const offset = OFFSET.exec(cursor ?? '')?.[1];
  return offset === undefined ? 0 : Number(offset);
}
