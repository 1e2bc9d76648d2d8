import type { Asker } from '../access/asker.ts';
import { createRowAccess } from '../access/row-access.ts';
import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import { fillPage } from './fill-page.ts';
import { visiblePartnership } from '../access/load-partnership.ts';

export interface InstanceFilter {
  readonly partnership?: string;
  readonly workflow?: string;
  readonly status?: 'active' | 'done';
  readonly limit: number;
  /** The cursor of the page before. */
  readonly after?: string;
}

/** Rows of others are looked through as well; beyond this many a page ends early, with a cursor. */
const MOST_LOOKED_THROUGH = 5_000;

/**
 * The instances that an asker may see, and which match, newest change first. A page may hold fewer than `limit` and
 * still have a next one. Throws `not-found` for a partnership that is not theirs and `bad-request`
 * for what is no cursor.
 */
export async function listInstances(
  services: Services,
  asker: Asker,
  filter: InstanceFilter,
  matches: (row: InstanceRow) => boolean = () => true,
): Promise<{ readonly rows: readonly InstanceRow[]; readonly next: string | null }> {
  const { limit, after, ...where } = filter;
  if (where.partnership !== undefined) await visiblePartnership(services, asker, where.partnership);
  const access = createRowAccess(services, asker);
  const { items, next } = await fillPage(
    { limit, most: MOST_LOOKED_THROUGH, ...(after === undefined ? {} : { after }) },
    async (part) => {
      const found = await services.store.instances.list({ ...where, ...part });
      return { items: found.rows, next: found.next };
    },
    async (rows) => {
      const seen = new Set(await access.visible(rows));
      return rows.map((row) => (seen.has(row) && matches(row) ? row : null));
    },
  );
  return { rows: items, next };
}
