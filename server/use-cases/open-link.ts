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
  return {
    link,
    status: statusOf(services, link, person, visible, document),
    person,
    asker,
    visible,
    view: await viewOf(services, asker, visible),
    document,
  };
}

function statusOf(
  { clock }: Services,
  link: LinkRecord,
  person: Person,
  { head, scope, standing, budget }: VisibleInstance,
  document: DocumentReference | null,
): LinkStatus {
  if (link.state !== 'open') return link.state;
  const { definition } = head.workflow;
  if (person.disabledAt !== null) return 'withdrawn';
  // A link is for one person on behalf of one organisation: whoever has changed sides has none.
  if (link.organisation !== null && link.organisation !== standing.organisation) return 'withdrawn';
  const { role } = link;
  if (role !== null && !budget.within(() => holdsRole(definition, role, standing, scope)))
    return 'withdrawn';
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
  withdrawn: { code: 'link-withdrawn', sentence: 'This link has been taken back.' },
  past: { code: 'link-withdrawn', sentence: 'This is no longer waited for. Nothing was recorded.' },
};

/** Throws `link-used`, `link-expired`, `link-replaced` or `link-withdrawn` unless it is open. */
export function requireOpen({ status }: OpenedLink): void {
  if (status === 'open') return;
  const { code, sentence } = REFUSALS[status];
  throw new ConcordatError(code, `link is ${status}`, { userMessage: sentence });
}
