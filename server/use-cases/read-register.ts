import type { MachineConfig, WorkflowDefinition } from '../../engine/definition.ts';
import { titleWithNames } from '../access/name-title.ts';
import type { Asker } from '../access/asker.ts';
import { createRowAccess } from '../access/row-access.ts';
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
/** A filter that hardly anything meets ends a page early; it goes on with the next one. */
const MOST_TRIES = 60;
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
  },
): Promise<RegisterPage> {
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
  const all = await everyRow(services, asker, workflow, filter, matches);
  all.rows.sort(orderOf(filter, page.names));
  const from = offsetIn(page.after);
  const to = from + page.limit;
  return {
    rows: all.rows.slice(from, to),
    next: all.rows.length > to ? `o${to}` : null,
    tooMany: all.tooMany,
  };
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
  const rows: InstanceRow[] = [];
  let { after } = page;
  for (let tries = 1; ; tries += 1) {
    const found = await listInstances(services, asker, {
      workflow,
      limit: page.limit - rows.length,
      ...(filter.status === '' ? {} : { status: filter.status }),
      ...(filter.partnership === '' ? {} : { partnership: filter.partnership }),
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...found.rows.filter(matches));
    if (found.next === null || rows.length >= page.limit || tries === MOST_TRIES) {
      return { rows, next: found.next, tooMany: false };
    }
    after = found.next;
  }
}

async function everyRow(
  services: Services,
  asker: Asker,
  workflow: string,
  filter: RegisterFilter,
  matches: (row: InstanceRow) => boolean,
): Promise<{ readonly rows: InstanceRow[]; readonly tooMany: boolean }> {
  const access = createRowAccess(services, asker);
  const places: readonly (string | undefined)[] =
    filter.partnership !== ''
      ? [filter.partnership]
      : asker.person.coordinator
        ? [undefined]
        : [...(await partnershipTitles(services, asker)).keys()];
  const rows: InstanceRow[] = [];
  let looked = 0;
  for (const partnership of places) {
    let after: string | undefined;
    do {
      const found = await services.store.instances.list({
        workflow,
        limit: ROWS_AT_ONCE,
        ...(filter.status === '' ? {} : { status: filter.status }),
        ...(partnership === undefined ? {} : { partnership }),
        ...(after === undefined ? {} : { after }),
      });
      rows.push(...(await access.visible(found.rows.filter(matches))));
      looked += found.rows.length;
      if (looked >= MOST_SORTED) return { rows, tooMany: found.next !== null };
      after = found.next ?? undefined;
    } while (after !== undefined);
  }
  return { rows, tooMany: false };
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
  if (sort === '') return (a, b) => (a.updatedAt < b.updatedAt ? 1 : -1);
  return (a, b) => {
    const [left, right] = [sortKey(a, sort, names), sortKey(b, sort, names)];
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * String(left).localeCompare(String(right), 'en-GB', { numeric: true });
  };
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
