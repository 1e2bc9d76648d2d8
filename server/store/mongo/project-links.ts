import mongoose from 'mongoose';
import type { LinkRecord } from '../link.ts';
import { upsertIfMatching } from './database.ts';
import { linkDocument } from './link-document.ts';
import type { Models } from './models.ts';
import type { PendingProjection } from './pending-projection.ts';

/**
 * Writes a link unless that would reopen or change the end of one; answers whether it did. One
 * document decides, so of two that change its end one is refused.
 */
export function writeLink({ links }: Models, link: LinkRecord): Promise<boolean> {
  const states: LinkRecord['state'][] = ['open', link.state];
  const unended = { _id: link.id, state: mongoose.trusted({ $in: states }) };
  // Whoever read the link before a code was counted must not take the count back.
  const { codeTries, ...rest } = linkDocument(link);
  return upsertIfMatching((upsert) =>
    links.updateOne(unended, { $set: rest, $max: { codeTries } }, { upsert }),
  );
}

/** Puts down the links that come with a commit, then ends those that it spends or takes back. */
export async function projectLinks(models: Models, pending: PendingProjection): Promise<void> {
  const { links } = models;
  const { at, row, spends, withdraws } = pending;
  for (const link of pending.links) await writeLink(models, link);
  if (spends !== null) {
    // the commit stands, whatever was written into the record meanwhile
    await links.updateOne(
      { _id: spends, state: mongoose.trusted({ $ne: 'used' }) },
      { $set: { state: 'used', usedAt: at } },
    );
  }
  for (const id of withdraws) {
    if (id === spends) continue;
    // also when the link is not there yet: putting it down later must not open it; not when it is of
    // another instance
    await upsertIfMatching((upsert) =>
      links.updateOne(
        { _id: id, state: 'open', instance: row.id },
        { $set: { state: 'withdrawn', usedAt: null } },
        { upsert },
      ),
    );
  }
}
