import { canonicalJson } from '../canonical-json.ts';
import { type Head, readCommit } from '../runtime/head.ts';
import type { Commit } from '../store/commit.ts';
import type { Store } from '../store/store.ts';

/**
 * The seq that a page's form is meant for. Entries that only note something (a mail went out, a
 * related record was begun) do not make a page old: then the newest commit is as good as the one the
 * page was made from. Anything that a reader would see otherwise leaves the page's own seq.
 */
export async function seqToExpect(
  { commits }: Pick<Store, 'commits'>,
  head: Head,
  seen: number,
): Promise<number> {
  if (!Number.isSafeInteger(seen) || seen < 1 || seen >= head.stored.seq) return seen;
  const then = await commits.get(head.stored.instance, seen);
  return then && whatCounts(readCommit(then)) === whatCounts(head.commit) ? head.stored.seq : seen;
}

function whatCounts({ snapshot }: Commit): string {
  const { value, data, documents } = snapshot;
  return canonicalJson({ value, data, documents });
}
