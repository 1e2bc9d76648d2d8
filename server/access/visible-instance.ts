import { ConcordatError } from '../../engine/errors.ts';
import { type Budget, createBudget, EVALUATION_UNITS } from '../../engine/evaluation-budget.ts';
import { rolesHeld, type Sight, sightOf } from '../../engine/role.ts';
import type { Scope } from '../../engine/scope.ts';
import { type Head, loadHead, scopeAtHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Asker } from './asker.ts';
import { type PersonStanding, standingOf } from './standing.ts';

/** An instance that this asker may see, with how they stand towards it. */
export interface VisibleInstance {
  readonly head: Head;
  readonly scope: Scope;
  readonly standing: PersonStanding;
  /** Roles of the definition that they hold here. */
  readonly roles: readonly string[];
  /** Whether they see it whole, or only as it was shared. */
  readonly sight: Sight;
  /** What all expressions may cost that are worked out to show it: one for the whole page. */
  readonly budget: Budget;
}

/**
 * The one place where it is decided who sees an instance. Throws `not-found` for one that does not
 * exist and for one that is not theirs alike, so that nobody can find out by asking.
 */
export async function visibleInstance(
  services: Pick<Services, 'store' | 'workflows' | 'clock'>,
  asker: Asker,
  instance: string,
): Promise<VisibleInstance> {
  const { store, workflows, clock } = services;
  const head = await loadHead(store, workflows, instance);
  if (!head) throw notFound(instance);
  const standing = await standingOf(store, asker.person, head.commit.origin.partnership);
  const scope = scopeAtHead(head, clock.now());
  const { definition } = head.workflow;
  const byLink = asker.kind === 'link' && asker.link.instance === instance;
  if (asker.kind === 'link' && !byLink) throw notFound(instance);
  const budget = createBudget(EVALUATION_UNITS.page);
  const sight = byLink ? 'concerned' : budget.within(() => sightOf(definition, standing, scope));
  if (sight === null) throw notFound(instance);
  const roles = budget.within(() => rolesHeld(definition, standing, scope));
  return { head, scope, standing, roles, sight, budget };
}

function notFound(instance: string): ConcordatError {
  return new ConcordatError('not-found', `instance ${instance} is not there for this asker`, {
    userMessage:
      'This page is not here for you. It may have been moved, or it belongs to others. If you expected to see it, ask your coordinator.',
  });
}
