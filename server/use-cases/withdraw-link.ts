import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { type VisibleInstance, visibleInstance } from '../access/visible-instance.ts';
import { LINK_WITHDRAWN } from '../store/claims-of-commit.ts';
import type { Answer } from '../runtime/runtime.ts';
import type { Services } from '../services.ts';
import type { LinkRecord } from '../store/link.ts';
import { isCoordinatorHere } from './read-instance.ts';

/** The personal links of an instance, newest first, for its coordinator. Throws `not-allowed`. */
export async function listLinks(
  services: Pick<Services, 'store' | 'workflows' | 'clock'>,
  asker: Asker,
  instance: string,
): Promise<{ readonly visible: VisibleInstance; readonly links: readonly LinkRecord[] }> {
  const visible = await visibleInstance(services, asker, instance);
  requireCoordinator(asker, visible);
  const links = await services.store.links.listByInstance(instance);
  const newestFirst = [...links].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return { visible, links: newestFirst };
}

export interface WithdrawLink {
  readonly instance: string;
  readonly link: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/**
 * The coordinator takes a personal link back: it was sent to the wrong person, or was passed on. That
 * is a commit with a reason; from then on the link only explains itself. Throws `not-found` for a link
 * of another instance and `link-used` for one that is no longer open.
 */
export async function withdrawLink(
  services: Services,
  asker: Asker,
  request: WithdrawLink,
): Promise<Answer> {
  const { instance, reason, idempotencyKey } = request;
  const visible = await visibleInstance(services, asker, instance);
  requireCoordinator(asker, visible);
  const link = await services.store.links.get(request.link);
  if (!link || link.instance !== instance) {
    throw new ConcordatError('not-found', `link ${request.link} is not of ${instance}`, {
      userMessage: 'There is no such link here.',
    });
  }
  if (link.state !== 'open') {
    throw new ConcordatError('link-used', `link ${link.id} is ${link.state}`, {
      userMessage: 'This link can no longer be used, so there is nothing to take back.',
    });
  }
  const { standing } = visible;
  return services.runtime.send({
    instance,
    event: {
      type: 'concordat.note',
      what: LINK_WITHDRAWN,
      withdraws: [link.id],
      person: link.person,
      reason,
      story: 'The personal link of {person} was taken back: {reason}',
    },
    source: { kind: 'engine' },
    by: {
      person: asker.person.id,
      organisation: standing.organisation,
      role: 'coordinator',
      authority: standing.authority,
    },
    cause: { kind: 'person' },
    idempotencyKey,
  });
}

function requireCoordinator(asker: Asker, { standing }: VisibleInstance): void {
  if (asker.kind === 'person' && isCoordinatorHere(standing)) return;
  throw new ConcordatError('not-allowed', 'only coordinators see the links of others', {
    userMessage: 'Only the coordinator can see and take back the links that were sent.',
  });
}
