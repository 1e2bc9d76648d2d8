import type { Asker } from '../access/asker.ts';
import { createRowAccess, type RowAccess } from '../access/row-access.ts';
import { visibleInstance } from '../access/visible-instance.ts';
import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { visiblePartnership } from './load-partnership.ts';
import { partnershipsAfter } from './page-of-partnerships.ts';
import { offeredOptions, shownDeadlines } from './read-instance.ts';

/** Something that is due, or that somebody can do without a date. */
export interface DueItem {
  readonly row: InstanceRow;
  /** Null for something to do without a date. */
  readonly deadline: string | null;
  readonly title: string | null;
  /** UTC instant. */
  readonly dueAt: string | null;
  /** The last day that is still in time, where the instance is. */
  readonly lastDay: string | null;
  readonly overdue: boolean;
  /** The events the asker can send there now. */
  readonly yours: readonly string[];
}

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

/**
 * What is due, the nearest first, for whole partnerships at a time. Throws `not-found` for a
 * partnership that is not the asker's.
 */
export async function listDue(
  services: Services,
  asker: Asker,
  filter: DueFilter,
): Promise<{ readonly items: readonly DueItem[]; readonly next: string | null }> {
  const { partnership, mine, after } = filter;
  const access = createRowAccess(services, asker);
  if (partnership !== undefined) {
    await visiblePartnership(services, asker, partnership);
    const items = await dueIn(services, asker, access, partnership);
    return { items: sorted(items.found, mine), next: null };
  }
  const found: DueItem[] = [];
  let looked = 0;
  let last = after;
  for await (const { id } of partnershipsAfter(services, asker, after)) {
    if (looked >= ENOUGH_ROWS) return { items: sorted(found, mine), next: last ?? null };
    const items = await dueIn(services, asker, access, id);
    found.push(...items.found);
    looked += items.looked;
    last = id;
  }
  return { items: sorted(found, mine), next: null };
}

async function dueIn(
  services: Services,
  asker: Asker,
  access: RowAccess,
  partnership: string,
): Promise<{ readonly found: readonly DueItem[]; readonly looked: number }> {
  const found: DueItem[] = [];
  let looked = 0;
  let after: string | undefined;
  for (;;) {
    const page = await services.store.instances.list({
      partnership,
      status: 'active',
      limit: ROWS_AT_ONCE,
      ...(after === undefined ? {} : { after }),
    });
    for (const row of await access.visible(page.rows)) {
      found.push(...(await dueOf(services, asker, row)));
    }
    looked += page.rows.length;
    if (page.next === null) return { found, looked };
    after = page.next;
  }
}

async function dueOf(
  services: Services,
  asker: Asker,
  row: InstanceRow,
): Promise<readonly DueItem[]> {
  const visible = await visibleInstance(services, asker, row.id);
  const yours = offeredOptions(asker, visible)
    .filter(({ theirs, unmet }) => theirs && unmet.length === 0)
    .map(({ event }) => event);
  const dated = shownDeadlines(visible.head, services.clock.now()).flatMap(
    ({ deadline, title, dueAt, lastDay, passed }): DueItem[] =>
      dueAt === null ? [] : [{ row, deadline, title, dueAt, lastDay, overdue: passed, yours }],
  );
  if (dated.length > 0 || yours.length === 0) return dated;
  const undated = { deadline: null, title: null, dueAt: null, lastDay: null, overdue: false };
  return [{ row, ...undated, yours }];
}

function sorted(items: readonly DueItem[], mine: boolean): readonly DueItem[] {
  const NEVER = '9';
  return items
    .filter(({ yours }) => !mine || yours.length > 0)
    .sort((a, b) => ((a.dueAt ?? NEVER) < (b.dueAt ?? NEVER) ? -1 : 1));
}
