import { ConcordatError } from '../../engine/errors.ts';
import { type LinkStanding, type LinkStatus, standOfLink } from '../access/link-standing.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import type { LinkRecord } from '../store/link.ts';
import { type InstanceView, viewOf } from './read-instance.ts';

/** A personal link, opened: who is asked, for what, and where the matter stands. */
export interface OpenedLink extends LinkStanding {
  readonly view: InstanceView;
}

/** Finds a link by the token in its address. Throws `not-found`. */
export async function linkByToken(
  { store }: Pick<Services, 'store'>,
  token: string,
): Promise<LinkRecord> {
  const link = await store.links.findByTokenHash(sha256(token));
  if (link) return link;
  throw new ConcordatError('not-found', 'no such link', {
    userMessage:
      'This link is not known here. Copy the whole address from the e-mail, or ask whoever sent it for a new one.',
  });
}

/** Opens a link to decide or take part. Changes nothing. Throws `not-found`. */
export async function openLink(services: Services, link: LinkRecord): Promise<OpenedLink> {
  const standing = await standOfLink(services, link);
  const { asker, visible } = standing;
  return { ...standing, view: await viewOf(services, asker, visible) };
}

const REFUSALS: Readonly<
  Record<Exclude<LinkStatus, 'open'>, { code: ConcordatError['code']; sentence: string }>
> = {
  used: { code: 'link-used', sentence: 'This link has been used already.' },
  expired: { code: 'link-expired', sentence: 'This link has expired. Ask for a new one.' },
  'text-changed': {
    code: 'link-replaced',
    sentence: 'The text has changed since this link was sent. Nothing was recorded.',
  },
  replaced: { code: 'link-replaced', sentence: 'A newer link has been sent to you. Use that one.' },
  'address-changed': {
    code: 'link-replaced',
    sentence: 'Your e-mail address has changed since this link was sent. Ask for a new one.',
  },
  withdrawn: { code: 'link-withdrawn', sentence: 'This link has been taken back.' },
  past: { code: 'link-withdrawn', sentence: 'This is no longer waited for. Nothing was recorded.' },
};

/** Throws `link-used`, `link-expired`, `link-replaced` or `link-withdrawn` unless it is open. */
export function requireOpen({ status }: OpenedLink): void {
  if (status === 'open') return;
  const { code, sentence } = REFUSALS[status];
  throw new ConcordatError(code, `link is ${status}`, { userMessage: sentence });
}
