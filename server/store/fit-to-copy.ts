import type { Effect } from '../../engine/effect.ts';
import { askedLinkId } from './asked-link-id.ts';
import { claimsOf } from './claims-of-commit.ts';
import type { Commit } from './commit.ts';
import { commitOfEffect, type Heads } from './copy-histories.ts';
import type { LinkRecord } from './link.ts';
import type { SentMail } from './mail-store.ts';
import type { Store } from './store.ts';

/** Later commits of an instance that are looked through at most. */
const LATER_AT_MOST = 1_000;

/**
 * The mails that follow from what was copied. One that a later commit brought is left out: in the
 * copy, another commit may come to have that place, and its mail must not count as sent.
 */
export function mailsOfCopy(mails: readonly SentMail[], copied: Heads): readonly SentMail[] {
  return mails.filter(({ task }) => {
    const commit = task === null ? null : commitOfEffect(task);
    return commit === null || (copied.get(commit.instance) ?? 0) >= commit.seq;
  });
}

/**
 * The links as what was copied left them: without those that a later commit brought, and open where
 * it was a later commit that used them.
 */
export async function linksOfCopy(
  links: readonly LinkRecord[],
  source: Store,
  target: Store,
  copied: Heads,
): Promise<readonly LinkRecord[]> {
  const kept: LinkRecord[] = [];
  for (const link of links) {
    const later = link.instance === null ? [] : await laterThan(link, source, target, copied);
    if (later.some((commit) => brings(commit, link))) continue;
    const usedLater = later.some((commit) => claimsOf(commit).spends === link.id);
    kept.push(usedLater ? { ...link, state: 'open', usedAt: null } : link);
  }
  return kept;
}

/** The commits of a link's instance that were not copied, unless the link is older than all of them. */
async function laterThan(
  { instance, createdAt, usedAt }: LinkRecord,
  source: Store,
  target: Store,
  copied: Heads,
): Promise<readonly Commit[]> {
  if (instance === null) return [];
  const row = await target.instances.get(instance);
  const changed = Date.parse(usedAt ?? createdAt);
  if (row !== undefined && changed < Date.parse(row.updatedAt)) return [];
  const fromSeq = (copied.get(instance) ?? 0) + 1;
  const later = await source.commits.history(instance, { fromSeq, limit: LATER_AT_MOST });
  return later.map(({ text }) => JSON.parse(text) as Commit);
}

function brings({ instance, seq, effects }: Commit, { id, person }: LinkRecord): boolean {
  if (person === null) return false;
  return effects.some(({ n }: Effect) => askedLinkId(`${instance}:${seq}:${n}`, person) === id);
}
