import type { Person } from '../store/directory.ts';
import type { Store } from '../store/store.ts';

/** What somebody looks after, wherever it is. */
export interface Duties {
  /** All partnerships, or some of them. */
  readonly coordinates: boolean;
  readonly leads: boolean;
}

/** Whether somebody coordinates or leads any partnership. */
export async function dutiesOf(
  { directory }: Pick<Store, 'directory'>,
  person: Person,
): Promise<Duties> {
  const roles = new Set((await directory.membershipsOf(person.id)).flatMap((one) => one.roles));
  return {
    coordinates: person.coordinator || roles.has('coordinator'),
    leads: roles.has('lead'),
  };
}
