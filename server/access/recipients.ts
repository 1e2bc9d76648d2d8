import { createBudget, EVALUATION_UNITS } from '../../engine/evaluation-budget.ts';
import { holdsRole, sightOf } from '../../engine/role.ts';
import type { Scope } from '../../engine/scope.ts';
import type { Head } from '../runtime/head.ts';
import type { Person } from '../store/directory.ts';
import type { Store } from '../store/store.ts';
import { membersStanding, overseersStanding, type PersonStanding } from './standing.ts';

export interface Recipient {
  readonly person: Person;
  readonly standing: PersonStanding;
  /** The role by which they are reached. */
  readonly role: string;
}

/**
 * The people who hold any of the roles in this instance, each once, perhaps of one organisation
 * only. Whoever may not see the instance is left out, unless each gets a personal link to it: a role
 * can be wider than the record is open. Those who look after the whole installation are asked only
 * when a partnership has no coordinator of its own.
 */
export async function recipientsOf(
  store: Pick<Store, 'directory' | 'instances'>,
  head: Head,
  scope: Scope,
  {
    to,
    of,
    only,
    byLink,
    owes,
  }: {
    readonly to: readonly string[];
    readonly of: string | null;
    /** Nobody but this person. */
    readonly only?: string;
    readonly byLink: boolean;
    /** Whether they still owe what they are asked for or reminded of, in that role. */
    readonly owes?: (role: string, standing: PersonStanding) => boolean;
  },
): Promise<readonly Recipient[]> {
  const { definition } = head.workflow;
  const { partnership } = head.commit.origin;
  const budget = createBudget(EVALUATION_UNITS.step);
  const reachedOf = (standings: Awaited<ReturnType<typeof membersStanding>>): Recipient[] =>
    budget.within(() =>
      standings.flatMap(({ person, standing }) => {
        if (of !== null && standing.organisation !== of) return [];
        if (only !== undefined && person.id !== only) return [];
        if (!byLink && sightOf(definition, standing, scope) === null) return [];
        const role = to.find(
          (name) =>
            holdsRole(definition, name, standing, scope) &&
            (owes === undefined || owes(name, standing)),
        );
        return role === undefined ? [] : [{ person, standing, role }];
      }),
    );
  const standings = await membersStanding(store, partnership);
  const members = reachedOf(standings.filter(({ standing }) => standing.roles.length > 0));
  return members.length > 0 ? members : reachedOf(await overseersStanding(store, partnership));
}
