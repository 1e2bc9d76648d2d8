import type { LinkRecord } from './link.ts';

/** What a link has to say of itself; the rest is as it is for one that nobody has used yet. */
type GivenLink = Pick<LinkRecord, 'id' | 'purpose' | 'tokenHashes' | 'createdAt' | 'expiresAt'> &
  Partial<LinkRecord>;

/** A link that is open and has not been used: for nobody, of no instance, without a code, unless said. */
export function newLink(given: GivenLink): LinkRecord {
  return {
    person: null,
    organisation: null,
    instance: null,
    events: [],
    document: null,
    manifest: null,
    role: null,
    needsCode: false,
    codeHash: null,
    codeExpiresAt: null,
    codeTries: 0,
    state: 'open',
    replacedBy: null,
    usedAt: null,
    returnTo: null,
    ...given,
  };
}
