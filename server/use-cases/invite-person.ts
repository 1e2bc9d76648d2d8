import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { MEMBERSHIP_ROLES, type PersonStanding, standingOf } from '../access/standing.ts';
import { sendMail } from '../mail/send-mail.ts';
import { newId } from '../new-id.ts';
import type { Services } from '../services.ts';
import type {
  AuthorityRecord,
  Membership,
  Organisation,
  OrganisationKind,
  Person,
} from '../store/directory.ts';
import { visiblePartnership } from '../access/load-partnership.ts';
import { makeSignInLink } from './sign-in.ts';

export interface InvitePerson {
  readonly partnership: string;
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  readonly roles: readonly string[];
  readonly authority: string | null;
}

/** An invited person has two weeks to open the link; later they sign in with their address. */
const INVITATION_LASTS = 'P14D';

/**
 * Brings a person into a partnership, or changes the roles of one who is in it. Coordinators invite
 * anybody; a lead or manager invites people of their own organisation. A newcomer gets a mail.
 */
export async function invitePerson(
  services: Services,
  asker: Asker,
  request: InvitePerson,
): Promise<Person> {
  const { store, clock } = services;
  const partnership = await visiblePartnership(services, asker, request.partnership);
  await requireMayInvite(services, asker, request);
  checkRoles(request.roles);
  const email = request.email.trim().toLowerCase();
  const known = await store.directory.personByEmail(email);
  const members = await store.directory.members(partnership.id);
  const before = members.find((member) => member.person === known?.id);
  // Whoever is there already for another organisation, or looks after all, is not theirs to change.
  if (before) await requireMayInvite(services, asker, before);
  if (known && known.disabledAt !== null) {
    throw new ConcordatError('invalid-input', 'that person is disabled', {
      userMessage:
        'The person with this address can no longer sign in here. Ask an administrator to allow it again first.',
      details: { problems: [{ path: '/email', keyword: 'disabled', params: {}, message: '' }] },
    });
  }
  const recorded = recordOfAuthority(asker, request, before, known, clock.now());
  const organisation = await store.directory.organisation(request.organisation);
  if (!organisation) {
    throw new ConcordatError('invalid-input', 'unknown organisation', {
      userMessage: 'Choose the organisation from the list.',
    });
  }
  const person: Person = known ?? {
    id: newId(),
    name: request.name.trim(),
    email,
    organisation: request.organisation,
    administrator: false,
    coordinator: false,
    createdAt: clock.now(),
    disabledAt: null,
  };
  if (!known) await store.directory.putPerson(person);
  const membership = {
    partnership: partnership.id,
    person: person.id,
    organisation: request.organisation,
    roles: [...new Set(request.roles)],
    authority: request.authority,
    ...(recorded ? { recorded } : {}),
    since: before?.since ?? clock.now(),
  };
  if (before) {
    await store.directory.putMembership(membership);
    return person;
  }
  const link = await makeSignInLink(services, person, {
    returnTo: `/partnerships/${partnership.id}`,
    lasts: INVITATION_LASTS,
    mailed: true,
  });
  const names = await Promise.all(
    partnership.organisations.map(
      async (id) => (await store.directory.organisation(id))?.name ?? '',
    ),
  );
  await sendMail(services, {
    key: `invitation:${partnership.id}:${membership.since.slice(0, 10)}`,
    template: 'invitation',
    awaited: true,
    person,
    organisation: organisation.name,
    partnership: { id: partnership.id, title: partnership.title },
    actor: { name: asker.person.name, organisation: null },
    with: {
      role: request.roles.map((role) => MEMBERSHIP_ROLES[role] ?? role).join(', '),
      organisations: names,
    },
    link: link.address,
  });
  // Last, so that an invitation that could not be sent can be sent again.
  await store.directory.putMembership(membership);
  return person;
}

/** Ends a person's membership; what they did stays in the history. */
export async function removeMember(
  services: Services,
  asker: Asker,
  request: { readonly partnership: string; readonly person: string },
): Promise<void> {
  const { store } = services;
  await visiblePartnership(services, asker, request.partnership);
  const members = await store.directory.members(request.partnership);
  const member = members.find(({ person }) => person === request.person);
  if (!member) return;
  await requireMayInvite(services, asker, member);
  await store.directory.removeMembership(request.partnership, request.person);
}

/** A new organisation of the installation; coordinators and administrators add them. */
export async function addOrganisation(
  { store, clock }: Services,
  asker: Asker,
  request: { readonly name: string; readonly kind: OrganisationKind },
): Promise<Organisation> {
  const { person } = asker;
  if (asker.kind !== 'person' || !(person.coordinator || person.administrator)) {
    throw new ConcordatError('not-allowed', 'only coordinators add organisations', {
      userMessage: 'Only a coordinator can add an organisation. Ask yours to do it.',
    });
  }
  const name = request.name.trim();
  const same = (await store.directory.organisations()).find(
    (known) => known.name.toLowerCase() === name.toLowerCase(),
  );
  if (same) {
    throw new ConcordatError('invalid-input', 'that organisation is there already', {
      userMessage: `“${same.name}” is in the list already. Choose it there.`,
      details: { problems: [{ path: '/name', keyword: 'unique', params: {}, message: 'known' }] },
    });
  }
  const organisation = { id: newId(), name, kind: request.kind, createdAt: clock.now() };
  await store.directory.putOrganisation(organisation);
  return organisation;
}

/** Whom somebody may bring into a partnership, change and remove. */
export interface InvitationScope {
  /** People of every organisation, in every role. */
  readonly anybody: boolean;
  /** Else: people of this organisation alone; null: nobody. */
  readonly organisation: string | null;
}

/** Roles that are given by the coordinator alone: they look after, or decide for, everybody. */
export const RESERVED_ROLES: ReadonlySet<string> = new Set([
  'lead',
  'coordinator',
  'second-tier',
  'facilitator',
  'observer',
]);

/** Coordinators invite anybody; a lead or manager invites people of their own organisation. */
export function invitationScope(asker: Asker, standing: PersonStanding): InvitationScope {
  if (asker.kind !== 'person') return { anybody: false, organisation: null };
  const { coordinator, roles, organisation } = standing;
  if (coordinator || roles.includes('coordinator')) return { anybody: true, organisation: null };
  const leads = roles.includes('lead') || roles.includes('manager');
  return { anybody: false, organisation: leads ? organisation : null };
}

/** Is this membership within somebody's scope? */
export function isInScope(
  scope: InvitationScope,
  member: Pick<InvitePerson, 'organisation' | 'roles'>,
): boolean {
  if (scope.anybody) return true;
  const own = scope.organisation !== null && scope.organisation === member.organisation;
  return own && !member.roles.some((role) => RESERVED_ROLES.has(role));
}

async function requireMayInvite(
  { store }: Services,
  asker: Asker,
  request: Pick<InvitePerson, 'partnership' | 'organisation' | 'roles'>,
): Promise<void> {
  const standing = await standingOf(store, asker.person, request.partnership);
  if (isInScope(invitationScope(asker, standing), request)) return;
  throw new ConcordatError('not-allowed', 'may not invite', {
    userMessage:
      'You can invite people of your own organisation; for others, and for those who look after the whole partnership, ask its coordinator.',
  });
}

/** Roles whose holders bind their organisation with their name. */
const SIGNING_ROLES: ReadonlySet<string> = new Set(['signatory', 'executive']);

/**
 * Who stands behind somebody's authority to sign: whoever gave the role or changed the words last.
 * Nobody vouches for themselves (`not-allowed`): a signature is worth what a second person has said
 * of it, and whoever checks it later can ask that person.
 */
function recordOfAuthority(
  asker: Asker,
  { roles, authority }: Pick<InvitePerson, 'roles' | 'authority'>,
  before: Membership | undefined,
  person: Person | undefined,
  at: string,
): AuthorityRecord | undefined {
  const gained = roles.some((role) => SIGNING_ROLES.has(role) && !before?.roles.includes(role));
  const changed = authority !== (before?.authority ?? null);
  if (!gained && !changed) return before?.recorded;
  if (person?.id === asker.person.id) {
    throw new ConcordatError('not-allowed', 'may not record their own authority', {
      userMessage:
        'Nobody records their own authority to sign. Ask a colleague who manages the work, or the coordinator, to do it for you.',
    });
  }
  return { by: asker.person.id, at };
}

function checkRoles(roles: readonly string[]): void {
  if (roles.length > 0 && roles.every((role) => Object.hasOwn(MEMBERSHIP_ROLES, role))) return;
  throw new ConcordatError('invalid-input', `unknown roles ${roles.join(', ')}`, {
    userMessage: 'Choose at least one role from the list.',
  });
}
