import type { Asker } from '../access/asker.ts';
import { createRowAccess, type RowAccess } from '../access/row-access.ts';
import { membersStanding, type PersonStanding } from '../access/standing.ts';
import { isDeepStrictEqual } from 'node:util';
import { asksAt } from '../../engine/asks-at.ts';
import { breathe } from '../breathe.ts';
import { inGroups } from '../in-groups.ts';
import { keptFor } from '../kept-for.ts';
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
/** Records of the asker's that are read for their dates at once, the nearest first: beyond them a filter has to help. */
const MOST_RECORDS = 10_000;
/** Records, and partnerships, that are read together; then others get their turn. */
const AT_ONCE = 10;

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
  most = MOST_RECORDS,
): Promise<EveryDue> {
  const access = createRowAccess(services, asker);
  const membersIn = membersReader(services);
  const rows = await openRows(services, asker, access, partnership);
  const inTurn = partnership === undefined ? await nearestFirst(services, rows) : rows;
  const enough = partnership === undefined ? most : inTurn.length;
  const found: DueDate[] = [];
  let unreadable = 0;
  let read = 0;
  let looked = 0;
  while (looked < inTurn.length && read < enough) {
    const group = inTurn.slice(looked, looked + Math.min(AT_ONCE, enough - read));
    looked += group.length;
    await breathe();
    const reads = await Promise.all(
      group.map((row) => readDates(services, asker, { access, membersIn }, row)),
    );
    for (const dates of reads) {
      if (dates === 'not theirs') continue;
      read += 1;
      if (dates === 'unreadable') unreadable += 1;
      else found.push(...dates);
    }
  }
  const items = inOrder(found);
  return {
    items: [...items.filter(({ overdue }) => overdue), ...items.filter(({ overdue }) => !overdue)],
    tooMany: looked < inTurn.length,
    unreadable,
  };
}

async function readDates(
  services: Services,
  asker: Asker,
  { access, membersIn }: { readonly access: RowAccess; readonly membersIn: MembersReader },
  row: InstanceRow,
): Promise<readonly DueDate[] | 'not theirs' | 'unreadable'> {
  try {
    if ((await access.sightOf(row)) === null) return 'not theirs';
    const { organisation } = await access.standingIn(row.partnership);
    const members = await membersIn(row.partnership ?? '');
    return await datesOf(services, row, { members, organisation });
  } catch (error) {
    if (!isDamaged(error)) throw error;
    return (await mayKnowOf(services, asker, row)) ? 'unreadable' : 'not theirs';
  }
}

/** The open records of the asker's partnerships, or of one, as they stand in lists. */
async function openRows(
  services: Services,
  asker: Asker,
  access: RowAccess,
  partnership: string | undefined,
): Promise<readonly InstanceRow[]> {
  if (partnership !== undefined) {
    await visiblePartnership(services, asker, partnership);
    return openRowsIn(services, partnership);
  }
  // whoever looks after all of them need not ask for each
  if (asker.person.coordinator) return openRowsIn(services);
  const rows: InstanceRow[] = [];
  const theirs = await services.store.directory.membershipsOf(asker.person.id);
  await inGroups(theirs, AT_ONCE, async ({ partnership: id }) => {
    if ((await access.standingIn(id)).roles.length > 0)
      rows.push(...(await openRowsIn(services, id)));
    await breathe();
  });
  return rows;
}

/**
 * What is overdue, or has steps that may be, then by the next date; what has none last. What changed
 * last stands first among equals.
 */
async function nearestFirst(
  { workflows }: Services,
  rows: readonly InstanceRow[],
): Promise<readonly InstanceRow[]> {
  const ranked = await Promise.all(
    rows.map(async (row) => {
      const { workflow, version, state, overdue, nextDueAt } = row;
      const late =
        overdue || asksAt(await workflows.version(workflow, version), state).steps.length > 0;
      return { row, rank: `${late ? 0 : 1} ${nextDueAt ?? NEVER} ${row.id}` };
    }),
  );
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked.map(({ row }) => row);
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
  const members = await membersReader(services)(partnership);
  const found: DueItem[] = [];
  const rows = await openRowsIn(services, partnership);
  for (const [index, row] of rows.entries()) {
    if (index % AT_ONCE === 0) await breathe();
    if ((await access.sightOf(row)) === null) continue;
    found.push(...(await dueOf(services, asker, row, members)));
  }
  return { found, looked: rows.length };
}

type MembersReader = (partnership: string) => Promise<readonly PersonStanding[]>;

/** Reads the standing of the members of each partnership once; while it is as before, it is the same list. */
function membersReader({ store }: Services): MembersReader {
  const kept = keptMembers(store);
  const known = new Map<string, Promise<readonly PersonStanding[]>>();
  const read = async (partnership: string): Promise<readonly PersonStanding[]> => {
    const now = (await membersStanding(store, partnership)).map(({ standing }) => standing);
    const before = kept.get(partnership);
    if (isDeepStrictEqual(before, now)) return before ?? now;
    kept.set(partnership, now);
    return now;
  };
  return (partnership) => {
    const members = known.get(partnership) ?? read(partnership);
    known.set(partnership, members);
    return members;
  };
}

const keptMembers = keptFor<readonly PersonStanding[]>(5_000);

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
