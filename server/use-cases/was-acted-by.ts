import { readCommit } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { LinkRecord } from '../store/link.ts';

const AT_ONCE = 200;

/**
 * Whether anything was recorded with this link. A link to take part may have been used many times
 * before it ends, so its state alone does not say.
 */
export async function wasActedBy(
  { store }: Pick<Services, 'store'>,
  { id, instance, createdAt }: LinkRecord,
): Promise<boolean> {
  if (instance === null) return false;
  const head = await store.commits.head(instance);
  for (let last = head?.seq ?? 0; last > 0; last -= AT_ONCE) {
    const fromSeq = Math.max(1, last - AT_ONCE + 1);
    const limit = last - fromSeq + 1;
    const commits = (await store.commits.history(instance, { fromSeq, limit })).map(readCommit);
    if (commits.some(({ cause }) => cause.kind === 'link' && cause.link === id)) return true;
    const [first] = commits;
    // before it was made, nobody can have used it
    if (first === undefined || first.at < createdAt) return false;
  }
  return false;
}
