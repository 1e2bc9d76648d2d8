import type { AppendInput } from '../commit-store.ts';
import type { LinkRecord } from '../link.ts';
import { instantKey } from '../instant-key.ts';
import { getJson, type RecordTable, type Tables } from './tables.ts';
import type { WritePlan } from './writer.ts';

/** That a commit has spent a link or taken it back; stands whatever the link's record says. */
export interface LinkMark {
  readonly state: 'used' | 'withdrawn';
  readonly at: string;
  /** The commit that did it; 0 when the record was closed without one. */
  readonly seq: number;
}

/**
 * What keeps a link from being spent: the commit that spent it or took it back, or that its record
 * is closed or was never there.
 */
export function standingMark(tables: Tables, id: string): LinkMark | undefined {
  const mark = getJson(marksOf(tables), ['mark', id]);
  if (mark !== undefined) return mark;
  const link = getJson(linksOf(tables), id);
  if (link?.state === 'open') return undefined;
  return { state: 'withdrawn', at: '', seq: 0 };
}

/** Writes a link unless that would reopen or change the end of one; answers whether it did. */
export function planLink(tables: Tables, plan: WritePlan, link: LinkRecord): boolean {
  const before = getJson(linksOf(tables), link.id);
  const mark = getJson(marksOf(tables), ['mark', link.id]);
  const ended = mark?.state ?? (before?.state === 'open' ? undefined : before?.state);
  if (ended !== undefined && link.state !== ended) return false;
  // Whoever read the link before a code was counted must not take the count back.
  const codeTries = Math.max(link.codeTries, before?.codeTries ?? 0);
  planCopiedLink(tables, plan, { ...link, codeTries });
  return true;
}

/** Writes a link as it is, whatever stands in its place. */
export function planCopiedLink(tables: Tables, plan: WritePlan, link: LinkRecord): void {
  const before = getJson(linksOf(tables), link.id);
  for (const key of before === undefined ? [] : linkKeys(before)) {
    plan.remove(tables.linkIndex, key);
  }
  for (const key of linkKeys(link)) plan.put(tables.linkIndex, key, link.id);
  plan.putJson(linksOf(tables), link.id, link);
}

/** What a commit does to links: spends one, takes others back. */
export function planLinkMarks(tables: Tables, plan: WritePlan, input: AppendInput): void {
  const { commit, projection, at } = input;
  const made = new Map(input.links?.map((link) => [link.id, link]));
  const mark = (id: string, state: LinkMark['state']) => {
    const link = made.get(id) ?? getJson(linksOf(tables), id);
    const open = link === undefined || link.state === 'open';
    if (!open || tables.linkIndex.get(['mark', id]) !== undefined) return;
    plan.putJson(marksOf(tables), ['mark', id], { state, at, seq: commit.seq });
    if (link === undefined) return;
    plan.putJson(linksOf(tables), id, { ...link, state, usedAt: state === 'used' ? at : null });
  };
  if (projection.spends !== null) mark(projection.spends, 'used');
  for (const id of projection.withdraws) {
    const link = made.get(id) ?? getJson(linksOf(tables), id);
    const ofAnother = link !== undefined && link.instance !== commit.instance;
    if (id !== projection.spends && !ofAnother) mark(id, 'withdrawn');
  }
}

/** Where a link stands in the index, with its id as the value. */
export function linkKeys(link: LinkRecord): (string | number)[][] {
  const created = instantKey(link.createdAt);
  const keys: (string | number)[][] = link.tokenHashes.map((hash) => ['token', hash]);
  if (link.instance !== null) keys.push(['instance', link.instance, created, link.id]);
  if (link.person !== null) keys.push(['person', link.person, created, link.id]);
  return keys;
}

/** Links by id. */
export function linksOf(tables: Tables): RecordTable<LinkRecord> {
  return tables.links;
}

/** Marks stand among the index entries, under ['mark', id]. */
function marksOf(tables: Tables): RecordTable<LinkMark> {
  return tables.linkIndex;
}
