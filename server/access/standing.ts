import type { Standing } from '../../engine/role.ts';
import type { AuthorityRecord, Membership, Person } from '../store/directory.ts';
import type { Store } from '../store/store.ts';

/** A person's standing in a partnership, with the written authority they sign under. */
export interface PersonStanding extends Standing {
  readonly authority: string | null;
  readonly recorded: AuthorityRecord | null;
}

type Known = Pick<Store, 'directory' | 'instances'>;

/** Roles of people who help a partnership from outside its organisations. */
const OUTSIDE_ROLES: ReadonlySet<string> = new Set([
  'coordinator',
  'second-tier',
  'facilitator',
  'observer',
]);

/** The membership roles there are, as people call them. */
export const MEMBERSHIP_ROLES: Readonly<Record<string, string>> = {
  lead: 'Leads the partnership',
  manager: 'Manager',
  signatory: 'May sign agreements',
  executive: 'Executive',
  finance: 'Finance lead',
  people: 'People and staffing lead',
  legal: 'Legal lead',
  information: 'Information governance lead',
  practitioner: 'Practitioner',
  coordinator: 'Coordinator of the partnership',
  'second-tier': 'Second-tier group',
  facilitator: 'Independent facilitator',
  observer: 'Observer',
};

/** Reads how a person stands in a partnership at this moment. */
export async function standingOf(
  store: Known,
  person: Person,
  partnership: string | null,
): Promise<PersonStanding> {
  const known = partnership === null ? undefined : await store.directory.partnership(partnership);
  if (!known) return standingFrom(person, undefined, null);
  const [members, parties] = await Promise.all([
    // A partnership has a few dozen members; somebody who coordinates may have hundreds of memberships.
    store.directory.members(known.id),
    partiesNow(store, known.id),
  ]);
  return standingFrom(
    person,
    members.find((one) => one.person === person.id),
    parties,
  );
}

/** As `standingOf` for one person in many partnerships: each is read once. */
export function standingReader(
  store: Known,
  person: Person,
): (partnership: string | null) => Promise<PersonStanding> {
  const memberships = store.directory.membershipsOf(person.id);
  const known = new Map<string | null, Promise<PersonStanding>>();
  const read = async (partnership: string | null): Promise<PersonStanding> => {
    const [own, parties] = await Promise.all([memberships, partiesNow(store, partnership)]);
    return standingFrom(
      person,
      own.find((one) => one.partnership === partnership),
      parties,
    );
  };
  return (partnership) => {
    const standing = known.get(partnership) ?? read(partnership);
    known.set(partnership, standing);
    return standing;
  };
}

interface StandingPerson {
  readonly person: Person;
  readonly standing: PersonStanding;
}

/** The standing of the members of a partnership, as far as they can still sign in. */
export async function membersStanding(
  store: Known,
  partnership: string | null,
): Promise<readonly StandingPerson[]> {
  const [members, parties] = await Promise.all([
    partnership === null ? [] : store.directory.members(partnership),
    partiesNow(store, partnership),
  ]);
  const inside = await Promise.all(
    members.map(async (membership) => {
      const person = await store.directory.person(membership.person);
      return person && { person, standing: standingFrom(person, membership, parties) };
    }),
  );
  return inside.flatMap((one) => (one && one.person.disabledAt === null ? [one] : []));
}

/** The standing in a partnership of those who look after all of them. Reads everybody there is. */
export async function overseersStanding(
  store: Known,
  partnership: string | null,
): Promise<readonly StandingPerson[]> {
  const coordinators = (await store.directory.people()).filter(
    ({ coordinator, disabledAt }) => coordinator && disabledAt === null,
  );
  return Promise.all(
    coordinators.map(async (person) => ({
      person,
      standing: await standingOf(store, person, partnership),
    })),
  );
}

/** The organisations that take part now; null before the partnership's own course has begun. */
async function partiesNow(
  store: Known,
  partnership: string | null,
): Promise<ReadonlySet<string> | null> {
  if (partnership === null) return null;
  const known = await store.directory.partnership(partnership);
  const row = known && (await store.instances.get(known.instance));
  return row ? new Set(row.organisations) : null;
}

function standingFrom(
  person: Person,
  membership: Membership | undefined,
  parties: ReadonlySet<string> | null,
): PersonStanding {
  const open = person.disabledAt === null;
  // Whoever's organisation has left the partnership keeps only what is done from outside.
  const inside = parties === null || (membership && parties.has(membership.organisation)) === true;
  const roles = membership?.roles ?? [];
  return {
    person: person.id,
    organisation: membership?.organisation ?? person.organisation,
    roles: open ? roles.filter((role) => inside || OUTSIDE_ROLES.has(role)) : [],
    coordinator: open && person.coordinator,
    authority: membership?.authority ?? null,
    recorded: membership?.recorded ?? null,
  };
}
