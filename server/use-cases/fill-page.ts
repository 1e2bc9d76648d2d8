/** How a store lists: newest first, from after a cursor on. */
interface Listing<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

interface Page {
  readonly limit: number;
  /** The cursor of the page before. */
  readonly after?: string;
  /** So many are looked through for one page; beyond them it ends early, with a cursor. */
  readonly most: number;
}

/** Where most belong to others, they are passed over in larger steps than a page. */
const AT_ONCE = 200;

/**
 * A page of what `shown` answers anything but null for, out of a listing of everything. It may hold
 * fewer than `limit` and still have a next one: no cursor passes over anything. `shown` answers for
 * each item, in their order.
 */
export async function fillPage<T, S>(
  { limit, after: from, most }: Page,
  list: (part: { readonly limit: number; readonly after?: string }) => Promise<Listing<T>>,
  shown: (items: readonly T[]) => Promise<readonly (S | null)[]>,
): Promise<Listing<S>> {
  const page: S[] = [];
  let after = from;
  for (let looked = 0; ; ) {
    const at = after === undefined ? {} : { after };
    let found = await list({ limit: looked === 0 ? limit : Math.max(limit, AT_ONCE), ...at });
    let seen = await shown(found.items);
    const room = limit - page.length;
    if (seen.filter((one) => one !== null).length > room) {
      // the cursor has to be that of the last one that the page holds
      found = await list({ limit: lengthWith(seen, room), ...at });
      seen = await shown(found.items);
    }
    page.push(...seen.filter((one) => one !== null));
    looked += found.items.length;
    if (found.next === null || page.length >= limit || looked >= most) {
      return { items: page, next: found.next };
    }
    after = found.next;
  }
}

/** How many of them it takes to have so many that are shown. */
function lengthWith(seen: readonly unknown[], wanted: number): number {
  let count = 0;
  return seen.findIndex((one) => one !== null && (count += 1) === wanted) + 1;
}
