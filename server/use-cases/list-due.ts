import type { Asker } from '../access/asker.ts';
import { createRowAccess, type RowAccess } from '../access/row-access.ts';
import { membersStanding, type PersonStanding } from '../access/standing.ts';
import { breathe } from '../breathe.ts';
import type { Services } from '../services.ts';
import { isDamaged } from '../store/damaged.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { datesOf, DUE_KINDS, type DueDate, type DueItem, dueOf } from './due-of.ts';
import { visiblePartnership } from '../access/load-partnership.ts';
import { mayKnowOf } from './may-know-of.ts';
import { openRowsIn } from './open-rows-in.ts';
import { partnershipsAfter } from './page-of-partnerships.ts';

export interface DueFilter {
  /** One partnership, or all that are the asker's. */
  readonly partnership?: string;
  /** Only where the asker can do something now. */
  readonly mine: boolean;
  /** The cursor of the page before. */
  readonly after?: string;
}

/** A page takes in partnerships until it has looked at this many open instances. */
const ENOUGH_ROWS = 300;
/** Records that are read for their dates at once, the nearest first: beyond them a filter has to help. */
const MOST_ROWS = 2_000;
/** After so many records others get their turn. */
const BREATH = 10;

/**
 * What is due, the nearest first, for whole partnerships at a time. Throws `not-found` for a
 * partnership that is not the asker's.
 */
export async function listDue(
  services: Services,
  asker: Asker,
  { partnership, mine, after }: DueFilter,
): Promise<{ readonly items: readonly DueItem[]; readonly next: string | null }> {
  const found = await walk(services, asker, { partnership, after });
  return {
    items: found.items.filter(({ yours }) => !mine || yours.length > 0),
    next: found.next,
  };
}

export interface EveryDue {
  readonly items: readonly DueDate[];
  /** There are more records than can be read at once: those with the latest dates are missing. */
  readonly tooMany: boolean;
  /** How many records are damaged, so that their dates are missing. */
  readonly unreadable: number;
}

/**
 * All that is due or waited for across the asker's partnerships, or in one: what is overdue first,
 * then by date; what has no date last. Throws `not-found` for a partnership that is not the asker's.
 */
export async function everyDue(
  services: Services,
  asker: Asker,
  partnership?: string,
  most = MOST_ROWS,
): Promise<EveryDue> {
  const unreadable: InstanceRow[] = [];
  const access = createRowAccess(services, asker);
  const rows = await openRows(services, asker, partnership);
  const read = partnership === undefined ? nearestFirst(rows).slice(0, most) : rows;
  const found: DueDate[] = [];
  const members = new Map<string, readonly PersonStanding[]>();
  for (const [index, row] of read.entries()) {
    if (index % BREATH === 0) await breathe();
    const place = row.partnership ?? '';
    const known = members.get(place) ?? (await standingsIn(services, place));
    members.set(place, known);
    try {
      if ((await access.sightOf(row)) === null) continue;
      found.push(...(await datesOf(services, asker, row, known)));
    } catch (error) {
      if (!isDamaged(error)) throw error;
      if (await mayKnowOf(services, asker, row)) unreadable.push(row);
    }
  }
  const items = inOrder(found);
  return {
    items: [...items.filter(({ overdue }) => overdue), ...items.filter(({ overdue }) => !overdue)],
    tooMany: read.length < rows.length,
    unreadable: unreadable.length,
  };
}

/** The open records of the asker's partnerships, or of one, as they stand in lists. */
async function openRows(
  services: Services,
  asker: Asker,
  partnership: string | undefined,
): Promise<readonly InstanceRow[]> {
  if (partnership !== undefined) {
    await visiblePartnership(services, asker, partnership);
    return openRowsIn(services, partnership);
  }
  const rows: InstanceRow[] = [];
  for await (const { id } of partnershipsAfter(services, asker, undefined)) {
    rows.push(...(await openRowsIn(services, id)));
    await breathe();
  }
  return rows;
}

/** What is overdue, then by the next date; what has none last. */
function nearestFirst(rows: readonly InstanceRow[]): readonly InstanceRow[] {
  const rank = ({ overdue, nextDueAt }: InstanceRow): string =>
    `${overdue ? 0 : 1} ${nextDueAt ?? NEVER}`;
  return [...rows].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

interface Walk {
  readonly partnership: string | undefined;
  readonly after?: string | undefined;
}

async function walk(
  services: Services,
  asker: Asker,
  { partnership, after }: Walk,
): Promise<{ readonly items: readonly DueItem[]; readonly next: string | null }> {
  const access = createRowAccess(services, asker);
  if (partnership !== undefined) {
    await visiblePartnership(services, asker, partnership);
    const { found } = await dueIn(services, asker, access, partnership);
    return { items: inOrder(found), next: null };
  }
  const items: DueItem[] = [];
  let looked = 0;
  let last = after;
  for await (const { id } of partnershipsAfter(services, asker, after)) {
    if (looked >= ENOUGH_ROWS) return { items: inOrder(items), next: last ?? null };
    const here = await dueIn(services, asker, access, id);
    items.push(...here.found);
    looked += here.looked;
    last = id;
  }
  return { items: inOrder(items), next: null };
}

async function dueIn(
  services: Services,
  asker: Asker,
  access: RowAccess,
  partnership: string,
): Promise<{ readonly found: readonly DueItem[]; readonly looked: number }> {
  const members = await standingsIn(services, partnership);
  const found: DueItem[] = [];
  const rows = await openRowsIn(services, partnership);
  for (const [index, row] of rows.entries()) {
    if (index % BREATH === 0) await breathe();
    if ((await access.sightOf(row)) === null) continue;
    found.push(...(await dueOf(services, asker, row, members)));
  }
  return { found, looked: rows.length };
}

async function standingsIn(
  { store }: Services,
  partnership: string,
): Promise<readonly PersonStanding[]> {
  return (await membersStanding(store, partnership)).map(({ standing }) => standing);
}

const NEVER = '9';
const ALPHABET = new Intl.Collator('en-GB');

function inOrder<T extends DueDate>(items: readonly T[]): readonly T[] {
  const rank = ({ kind }: T): number => DUE_KINDS.indexOf(kind);
  return [...items].sort((a, b) => {
    const [left, right] = [a.dueAt ?? NEVER, b.dueAt ?? NEVER];
    if (left !== right) return left < right ? -1 : 1;
    return rank(a) - rank(b) || ALPHABET.compare(a.row.title, b.row.title);
  });
}
