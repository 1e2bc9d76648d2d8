import { candidatesAt } from '../../engine/choose-transition.ts';
import { ConcordatError } from '../../engine/errors.ts';
import { holdsRole } from '../../engine/role.ts';
import type { DocumentReference } from '../../engine/snapshot.ts';
import type { Asker } from '../access/asker.ts';
import { type VisibleInstance, visibleInstance } from '../access/visible-instance.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import type { LinkRecord } from '../store/link.ts';
import type { Person } from '../store/directory.ts';
import { type InstanceView, viewOf } from './read-instance.ts';

/** How a personal link stands at this moment; only an open one lets anything be done. */
type LinkStatus =
  | 'open'
  | 'used'
  | 'expired'
  /** The document it was for has been replaced by another text. */
  | 'text-changed'
  /** A newer link was sent. */
  | 'replaced'
  /** It was sent to an address that is no longer the person's. */
  | 'address-changed'
  /** Taken back, or the person no longer holds the role. */
  | 'withdrawn'
  /** What it asked for is no longer waited for. */
  | 'past';

/** A personal link, opened: who is asked, for what, and where the matter stands. */
export interface OpenedLink {
  readonly link: LinkRecord;
  readonly status: LinkStatus;
  readonly person: Person;
  readonly asker: Asker & { readonly kind: 'link' };
  readonly visible: VisibleInstance;
  readonly view: InstanceView;
  /** They still have the part in the matter that it was sent to them for. */
  readonly stillTheirs: boolean;
  /** The document to decide on or comment, as it stands now. */
  readonly document: DocumentReference | null;
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
  const person = link.person && (await services.store.directory.person(link.person));
  if (!person || link.instance === null) {
    throw new ConcordatError('not-found', `link ${link.id} leads nowhere`, {
      userMessage: 'This link leads nowhere any more. Ask whoever sent it for a new one.',
    });
  }
  const asker = { kind: 'link', person, link } as const;
  const visible = await visibleInstance(services, asker, link.instance);
  const { documents } = visible.head.commit.snapshot;
  const document = link.document === null ? null : (documents[link.document] ?? null);
  const stillTheirs = isStillTheirs(link, person, visible);
  return {
    link,
    stillTheirs,
    status: statusOf(services, link, stillTheirs, visible, document),
    person,
    asker,
    visible,
    view: await viewOf(services, asker, visible),
    document,
  };
}

function isStillTheirs(
  { organisation, role }: LinkRecord,
  { disabledAt }: Person,
  { head, scope, standing, budget }: VisibleInstance,
): boolean {
  if (disabledAt !== null) return false;
  // A link is for one person on behalf of one organisation: whoever has changed sides has none.
  if (organisation !== null && organisation !== standing.organisation) return false;
  const { definition } = head.workflow;
  return role === null || budget.within(() => holdsRole(definition, role, standing, scope));
}

function statusOf(
  { clock }: Services,
  link: LinkRecord,
  stillTheirs: boolean,
  { head }: VisibleInstance,
  document: DocumentReference | null,
): LinkStatus {
  if (link.state === 'used') return 'used';
  if (!stillTheirs || link.state === 'withdrawn') return 'withdrawn';
  if (link.state === 'replaced') return link.replacedBy === null ? 'address-changed' : 'replaced';
  const possible = candidatesAt(head.workflow, head.commit.snapshot).map(({ event }) => event);
  const waiting = head.commit.snapshot.status === 'active';
  if (!waiting || !link.events.some((event) => possible.includes(event))) return 'past';
  if (link.manifest !== null && document?.manifest !== link.manifest) return 'text-changed';
  return link.expiresAt <= clock.now() ? 'expired' : 'open';
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
