import type { DeadlineSpec } from '../../engine/definition.ts';
import { stillOwes } from '../../engine/owing.ts';
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
    byLink,
    owing,
  }: {
    readonly to: readonly string[];
    readonly of: string | null;
    readonly byLink: boolean;
    /** The deadline they are reminded of: only those who still owe it. */
    readonly owing?: DeadlineSpec;
  },
): Promise<readonly Recipient[]> {
  const { definition } = head.workflow;
  const { partnership } = head.commit.origin;
  const reachedOf = (standings: Awaited<ReturnType<typeof membersStanding>>): Recipient[] =>
    standings.flatMap(({ person, standing }) => {
      if (of !== null && standing.organisation !== of) return [];
      if (!byLink && sightOf(definition, standing, scope) === null) return [];
      const role = to.find(
        (name) =>
          holdsRole(definition, name, standing, scope) &&
          (owing === undefined || stillOwes(owing, name, standing, scope)),
      );
      return role === undefined ? [] : [{ person, standing, role }];
    });
  const standings = await membersStanding(store, partnership);
  const members = reachedOf(standings.filter(({ standing }) => standing.roles.length > 0));
  return members.length > 0 ? members : reachedOf(await overseersStanding(store, partnership));
}
