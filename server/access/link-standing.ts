import { candidatesAt } from '../../engine/choose-transition.ts';
import { ConcordatError } from '../../engine/errors.ts';
import { holdsRole } from '../../engine/role.ts';
import type { DocumentReference } from '../../engine/snapshot.ts';
import type { Services } from '../services.ts';
import type { Person } from '../store/directory.ts';
import type { LinkRecord } from '../store/link.ts';
import type { Asker } from './asker.ts';
import { type VisibleInstance, visibleInstance } from './visible-instance.ts';

/** How a personal link stands at this moment; only an open one lets anything be done. */
export type LinkStatus =
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

/** Whose a link is, and how it stands. */
export interface LinkStanding {
  readonly link: LinkRecord;
  readonly status: LinkStatus;
  readonly person: Person;
  readonly asker: Asker & { readonly kind: 'link' };
  readonly visible: VisibleInstance;
  /** They still have the part in the matter that it was sent to them for. */
  readonly stillTheirs: boolean;
  /** The document to decide on or comment, as it stands now. */
  readonly document: DocumentReference | null;
}

/** How a link to decide or take part stands. Throws `not-found`. */
export async function standOfLink(services: Services, link: LinkRecord): Promise<LinkStanding> {
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
  const status = statusOf(services, link, stillTheirs, visible, document);
  return { link, stillTheirs, status, person, asker, visible, document };
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
