import { freshLink } from '../access/fresh-link.ts';
import { type LinkStanding, standOfLink } from '../access/link-standing.ts';
import type { Recipient } from '../access/recipients.ts';
import { linkAddress } from '../instance-address.ts';
import { newToken } from '../new-id.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';

/**
 * The personal link by which somebody can do what they are reminded of: whoever has no account would
 * otherwise have to look for an old mail. The newest one they hold goes out under one more token, and is
 * spent once, whichever mail it is opened from; one that has expired is replaced. Undefined where none
 * is left to them.
 */
export async function linkAgain(
  services: Services,
  { instance, to }: { readonly instance: string; readonly to: readonly string[] },
  { person }: Recipient,
): Promise<string | undefined> {
  const theirs = (await services.store.links.listByInstance(instance))
    .filter(
      ({ person: of, state, role }) =>
        of === person.id && state === 'open' && role !== null && to.includes(role),
    )
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  for (const link of theirs) {
    const token = newToken();
    const standing = await standOfLink(services, link);
    if (await sendsAgain(services, standing, token)) return linkAddress(services.config.url, token);
  }
  return undefined;
}

/** Stores the link under this token; false where it can bring nobody in any more. */
async function sendsAgain(
  services: Services,
  standing: LinkStanding,
  token: string,
): Promise<boolean> {
  const { links } = services.store;
  const { link, status } = standing;
  if (status === 'open') {
    return links.put({ ...link, tokenHashes: [...link.tokenHashes, sha256(token)] });
  }
  if (status !== 'expired') return false;
  const fresh = freshLink(services, standing, token);
  await links.put(fresh);
  if (await links.put({ ...link, state: 'replaced', replacedBy: fresh.id })) return true;
  // The old one was taken back in the same moment.
  await links.put({ ...fresh, state: 'withdrawn' });
  return false;
}
