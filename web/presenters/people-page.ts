import { MEMBERSHIP_ROLES } from '../../server/access/standing.ts';
import { type InvitationScope, isInScope } from '../../server/use-cases/invite-person.ts';
import { formatDate } from './format-date.ts';
import type { PartnershipMember } from '../../server/use-cases/read-partnership.ts';

interface MemberView {
  readonly name: string;
  /** Empty when it is not for the reader. */
  readonly email: string;
  readonly roles: readonly string[];
  readonly authority: string;
  /** Who recorded that they may sign, and on which day; empty for who may not. */
  readonly recorded: string;
  readonly note: string;
  readonly changeHref: string;
  readonly removeHref: string;
}

export interface PeoplePageView {
  readonly title: string;
  readonly inviteHref: string;
  readonly groups: readonly {
    readonly name: string;
    readonly part: string;
    readonly members: readonly MemberView[];
  }[];
}

/** The people of a partnership, by organisation: the lead first, those from outside last. */
export function presentPeople(given: {
  readonly partnership: {
    readonly id: string;
    readonly title: string;
    readonly lead: string;
    readonly organisations: readonly string[];
  };
  readonly members: readonly PartnershipMember[];
  readonly scope: InvitationScope;
  readonly maySeeAddress: (member: PartnershipMember) => boolean;
  readonly names: ReadonlyMap<string, string>;
}): PeoplePageView {
  const { partnership, members, names } = given;
  const home = `/partnerships/${partnership.id}/people`;
  const outside = members
    .map(({ membership }) => membership.organisation)
    .filter((id) => !partnership.organisations.includes(id));
  const inside = [...partnership.organisations].sort((a, b) => {
    if (a === partnership.lead || b === partnership.lead) return a === partnership.lead ? -1 : 1;
    return (names.get(a) ?? a).localeCompare(names.get(b) ?? b, 'en-GB');
  });
  return {
    title: partnership.title,
    inviteHref: mayInvite(given.scope) ? `${home}/invite` : '',
    groups: [...inside, ...new Set(outside)].map((id) => ({
      name: names.get(id) ?? id,
      part:
        id === partnership.lead
          ? 'Lead organisation'
          : partnership.organisations.includes(id)
            ? 'Partner organisation'
            : 'Does not take part itself',
      members: members
        .filter(({ membership }) => membership.organisation === id)
        .map((member) => memberView(member, given, home)),
    })),
  };
}

function mayInvite(scope: InvitationScope): boolean {
  return scope.anybody || scope.organisation !== null;
}

function memberView(
  member: PartnershipMember,
  {
    scope,
    names,
    maySeeAddress,
  }: Pick<Parameters<typeof presentPeople>[0], 'scope' | 'names' | 'maySeeAddress'>,
  home: string,
): MemberView {
  const { person, membership } = member;
  const { recorded } = membership;
  const mine = isInScope(scope, membership);
  return {
    name: person.name,
    email: maySeeAddress(member) ? person.email : '',
    roles: membership.roles.map((role) => MEMBERSHIP_ROLES[role] ?? role),
    authority: membership.authority ?? '',
    recorded: recorded
      ? `Recorded by ${names.get(recorded.by) ?? 'somebody who has left'} on ${formatDate(recorded.at.slice(0, 10))}`
      : '',
    note: person.disabledAt === null ? '' : 'Can no longer sign in',
    changeHref: mine ? `${home}/${person.id}` : '',
    removeHref: mine ? `${home}/${person.id}/remove` : '',
  };
}
