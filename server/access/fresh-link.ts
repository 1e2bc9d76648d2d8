import { expiryOf } from '../expiry-of.ts';
import { newId } from '../new-id.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import type { LinkRecord } from '../store/link.ts';
import type { LinkStanding } from './link-standing.ts';

const LASTS = 'P30D';

/** A link that asks the same of the same person, for the text as it stands now; it is not stored. */
export function freshLink(
  { clock }: Pick<Services, 'clock'>,
  { link, document }: Pick<LinkStanding, 'link' | 'document'>,
  token: string,
): LinkRecord {
  const now = clock.now();
  return {
    ...link,
    id: newId(),
    state: 'open',
    manifest: link.document === null ? null : (document?.manifest ?? null),
    tokenHashes: [sha256(token)],
    codeHash: null,
    codeExpiresAt: null,
    codeTries: 0,
    createdAt: now,
    expiresAt: expiryOf(now, LASTS),
  };
}
