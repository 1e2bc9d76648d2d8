import type { DeadlineSpec, WorkflowDefinition } from '../../engine/definition.ts';
import { stillOwes } from '../../engine/owing.ts';
import { holdsRole } from '../../engine/role.ts';
import type { Scope } from '../../engine/scope.ts';
import type { PersonStanding } from '../access/standing.ts';

/** For whom something waits. */
export interface WaitsFor {
  /** Ids of the people. */
  readonly people: readonly string[];
  /** Titles of the roles that are asked; without people nobody holds them. Empty: it waits for nobody. */
  readonly roles: readonly string[];
}

/** A record, as far as it takes to tell who holds which role. */
export interface RolePlace {
  readonly definition: WorkflowDefinition;
  readonly scope: Scope;
  /** The members of its partnership. */
  readonly members: readonly PersonStanding[];
}

/**
 * For whom a deadline waits: whoever is reminded of it first and still owes it, or is chased where
 * nobody is reminded; or those of the roles asked that still owe it. One of which nobody is told comes
 * by itself.
 */
export function whoOwes(
  place: RolePlace,
  spec: DeadlineSpec,
  asked: readonly string[] = spec.reminders?.[0]?.to ?? spec.chases?.to ?? [],
): WaitsFor {
  return holdersOf(place, asked, (role, who) => stillOwes(spec, role, who, place.scope));
}

/** Who holds any of these roles. Coordinators stand in: they count where nobody else is asked. */
export function holdersOf(
  { definition, scope, members }: RolePlace,
  asked: readonly string[],
  counts: (role: string, who: PersonStanding) => boolean = () => true,
): WaitsFor {
  const first = asked.filter((role) => definition.roles[role]?.held !== 'coordinator');
  const roles = first.length > 0 ? first : asked;
  return {
    people: members
      .filter((who) =>
        roles.some((role) => holdsRole(definition, role, who, scope) && counts(role, who)),
      )
      .map(({ person }) => person),
    roles: roles.map((role) => definition.roles[role]?.title ?? role),
  };
}
