import type { Asker } from '../access/asker.ts';
import { createRowAccess } from '../access/row-access.ts';
import type { Services } from '../services.ts';
import type { InstanceRow } from '../store/instance-row.ts';
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
const MOST_LOOKED_THROUGH = 1_000;

/**
 * The instances that an asker may see, newest change first. A page may hold fewer than `limit` and
 * still have a next one. Throws `not-found` for a partnership that is not theirs and `bad-request`
 * for what is no cursor.
 */
export async function listInstances(
  services: Services,
  asker: Asker,
  filter: InstanceFilter,
): Promise<{ readonly rows: readonly InstanceRow[]; readonly next: string | null }> {
  const { store } = services;
  const { limit, ...where } = filter;
  if (where.partnership !== undefined) await visiblePartnership(services, asker, where.partnership);
  const access = createRowAccess(services, asker);
  const seen: InstanceRow[] = [];
  let after = where.after;
  for (let looked = 0; looked < MOST_LOOKED_THROUGH; ) {
    // Never more than the page still holds, so that the store's cursor is the page's own.
    const wanted = { ...where, limit: limit - seen.length };
    const page = await store.instances.list(after === undefined ? wanted : { ...wanted, after });
    seen.push(...(await access.visible(page.rows)));
    if (page.next === null) return { rows: seen, next: null };
    after = page.next;
    if (seen.length >= limit) break;
    looked += page.rows.length;
  }
  return { rows: seen, next: after ?? null };
}
