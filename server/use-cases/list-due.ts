import type { Asker } from '../access/asker.ts';
import { createRowAccess, type RowAccess } from '../access/row-access.ts';
import { membersStanding } from '../access/standing.ts';
import { breathe } from '../breathe.ts';
import type { Services } from '../services.ts';
import { isDamaged } from '../store/damaged.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { DUE_KINDS, type DueItem, dueOf } from './due-of.ts';
import { visiblePartnership } from '../access/load-partnership.ts';
import { mayKnowOf } from './may-know-of.ts';
import { partnershipsAfter } from './page-of-partnerships.ts';

export interface DueFilter {
  /** One partnership, or all that are the asker's. */
  readonly partnership?: string;
  /** Only where the asker can do something now. */
  readonly mine: boolean;
  /** The cursor of the page before. */
  readonly after?: string;
}

const ROWS_AT_ONCE = 200;
/** A page takes in partnerships until it has looked at this many open instances. */
const ENOUGH_ROWS = 300;
/** Records that are looked through to put all dates in order: beyond them a filter has to help. */
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
  const found = await walk(services, asker, { partnership, after, enough: ENOUGH_ROWS });
  return {
    items: found.items.filter(({ yours }) => !mine || yours.length > 0),
    next: found.next,
  };
}

export interface EveryDue {
  readonly items: readonly DueItem[];
  /** There are more records than can be looked through at once. */
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
): Promise<EveryDue> {
  const unreadable: InstanceRow[] = [];
  const found = await walk(services, asker, { partnership, enough: MOST_ROWS, unreadable });
  const items = [
    ...found.items.filter(({ overdue }) => overdue),
    ...found.items.filter(({ overdue, kind }) => !overdue && kind !== 'open'),
  ];
  return { items, tooMany: found.next !== null, unreadable: unreadable.length };
}

interface Walk {
  readonly partnership: string | undefined;
  readonly after?: string | undefined;
  readonly enough: number;
  /** Takes the records that are damaged; without it one stops the walk. */
  readonly unreadable?: InstanceRow[] | undefined;
}

async function walk(
  services: Services,
  asker: Asker,
  { partnership, after, enough, unreadable }: Walk,
): Promise<{ readonly items: readonly DueItem[]; readonly next: string | null }> {
  const access = createRowAccess(services, asker);
  if (partnership !== undefined) {
    await visiblePartnership(services, asker, partnership);
    const { found } = await dueIn(services, asker, access, { partnership, unreadable });
    return { items: inOrder(found), next: null };
  }
  const items: DueItem[] = [];
  let looked = 0;
  let last = after;
  for await (const { id } of partnershipsAfter(services, asker, after)) {
    if (looked >= enough) return { items: inOrder(items), next: last ?? null };
    const here = await dueIn(services, asker, access, { partnership: id, unreadable });
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
  { partnership, unreadable }: { readonly partnership: string } & Pick<Walk, 'unreadable'>,
): Promise<{ readonly found: readonly DueItem[]; readonly looked: number }> {
  const { instances } = services.store;
  const members = (await membersStanding(services.store, partnership)).map(
    ({ standing }) => standing,
  );
  const found: DueItem[] = [];
  let looked = 0;
  let after: string | undefined;
  for (;;) {
    const page = await instances.list({
      partnership,
      status: 'active',
      limit: ROWS_AT_ONCE,
      ...(after === undefined ? {} : { after }),
    });
    for (const [index, row] of page.rows.entries()) {
      if (index % BREATH === 0) await breathe();
      try {
        if ((await access.sightOf(row)) === null) continue;
        found.push(...(await dueOf(services, asker, row, members)));
      } catch (error) {
        if (!isDamaged(error) || !unreadable) throw error;
        if (await mayKnowOf(services, asker, row)) unreadable.push(row);
      }
    }
    looked += page.rows.length;
    if (page.next === null) return { found, looked };
    after = page.next;
  }
}

function inOrder(items: readonly DueItem[]): readonly DueItem[] {
  const NEVER = '9';
  const rank = ({ kind }: DueItem): number => DUE_KINDS.indexOf(kind);
  return [...items].sort((a, b) => {
    const [left, right] = [a.dueAt ?? NEVER, b.dueAt ?? NEVER];
    if (left !== right) return left < right ? -1 : 1;
    return rank(a) - rank(b) || a.row.title.localeCompare(b.row.title, 'en-GB');
  });
}
