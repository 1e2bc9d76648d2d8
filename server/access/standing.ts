import type { Standing } from '../../engine/role.ts';
import type { Membership, Person } from '../store/directory.ts';
import type { Store } from '../store/store.ts';

/** A person's standing in a partnership, with the written authority they sign under. */
export interface PersonStanding extends Standing {
  readonly authority: string | null;
}

/** Reads how a person stands in a partnership at this moment. */
export async function standingOf(
  store: Pick<Store, 'directory'>,
  person: Person,
  partnership: string | null,
): Promise<PersonStanding> {
  const memberships = await store.directory.membershipsOf(person.id);
  const membership = memberships.find((one) => one.partnership === partnership);
  return standingFrom(person, membership);
}

/** The standing of everybody in a partnership; installation-wide coordinators come last. */
export async function standingsIn(
  store: Pick<Store, 'directory'>,
  partnership: string | null,
): Promise<readonly { readonly person: Person; readonly standing: PersonStanding }[]> {
  const { directory } = store;
  const members = partnership === null ? [] : await directory.members(partnership);
  const everybody = new Map((await directory.people()).map((person) => [person.id, person]));
  const inside = members.flatMap((membership) => {
    const person = everybody.get(membership.person);
    return person ? [{ person, standing: standingFrom(person, membership) }] : [];
  });
  const known = new Set(inside.map(({ person }) => person.id));
  const coordinators = [...everybody.values()]
    .filter(({ id, coordinator }) => coordinator && !known.has(id))
    .map((person) => ({ person, standing: standingFrom(person, undefined) }));
  return [...inside, ...coordinators].filter(({ person }) => person.disabledAt === null);
}

function standingFrom(person: Person, membership: Membership | undefined): PersonStanding {
  const open = person.disabledAt === null;
  return {
    person: person.id,
    organisation: membership?.organisation ?? person.organisation,
    roles: open ? (membership?.roles ?? []) : [],
    coordinator: open && person.coordinator,
    authority: membership?.authority ?? null,
  };
}
