import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from './asker.ts';
import { standingOf } from './standing.ts';
import { loadHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Partnership } from '../store/directory.ts';

/**
 * A partnership as its own history has it now: who takes part, who leads and what it is called are
 * decided there, and the directory only remembers where to look.
 */
export async function loadPartnership(
  { store, workflows }: Pick<Services, 'store' | 'workflows'>,
  id: string,
): Promise<Partnership | undefined> {
  const partnership = await store.directory.partnership(id);
  if (!partnership) return undefined;
  const [head, row] = await Promise.all([
    loadHead(store, workflows, partnership.instance),
    store.instances.get(partnership.instance),
  ]);
  const lead = head?.commit.snapshot.data['leadOrganisation'];
  return {
    ...partnership,
    title: row?.title ?? partnership.title,
    lead: typeof lead === 'string' ? lead : partnership.lead,
    organisations: row?.organisations ?? partnership.organisations,
  };
}

/** A partnership that this asker belongs to or looks after; else `not-found`. */
export async function visiblePartnership(
  services: Pick<Services, 'store' | 'workflows'>,
  asker: Asker,
  id: string,
): Promise<Partnership> {
  const [partnership, standing] = await Promise.all([
    loadPartnership(services, id),
    standingOf(services.store, asker.person, id),
  ]);
  if (partnership && (standing.coordinator || standing.roles.length > 0)) return partnership;
  throw new ConcordatError('not-found', `partnership ${id} is not there for this asker`, {
    userMessage:
      'This partnership is not here for you. If you expected to see it, ask its coordinator.',
  });
}
