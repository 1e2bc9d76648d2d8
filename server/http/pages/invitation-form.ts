import type { Request } from 'express';
import { ConcordatError } from '../../../engine/errors.ts';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import type { Asker } from '../../access/asker.ts';
import type { Organisation, Partnership, Person } from '../../store/directory.ts';
import { findOrAddOrganisation } from '../../use-cases/find-or-add-organisation.ts';
import { type InvitationScope, invitePerson, isInScope } from '../../use-cases/invite-person.ts';
import { isOverseer } from '../../use-cases/require-overseer.ts';
import { type FormFlow, NOTHING_ELSE } from '../form-flow.ts';
import { type OwnFrame, type PageContext, tellNext } from '../page-context.ts';
import { membershipSchema } from './membership-schema.ts';
import { type OrganisationAnswers, organisationsToAdd } from './organisation-schema.ts';

/** In the list of organisations: one that is added with this very form. */
const ADDED = 'added';

interface Invitation {
  readonly name: string;
  readonly email: string;
  readonly organisation?: string;
  readonly added?: readonly OrganisationAnswers[];
  readonly roles: readonly string[];
  readonly authority?: string;
}

interface Given {
  readonly asker: Asker;
  readonly partnership: Partnership;
  readonly scope: InvitationScope;
  readonly frame: OwnFrame;
}

/** The form by which somebody is invited; refuses who may invite nobody. */
export async function invitationFlow(
  { services }: PageContext,
  request: Request,
  given: Given,
): Promise<FormFlow> {
  const { asker, partnership, scope, frame } = given;
  if (!scope.anybody && scope.organisation === null) {
    throw new ConcordatError('not-allowed', 'may invite nobody', {
      userMessage:
        'Managers invite people of their own organisation, and the coordinator anybody. Ask one of them.',
    });
  }
  const home = `/partnerships/${partnership.id}/people`;
  const all = await services.store.directory.organisations();
  const own = all.find(({ id }) => id === scope.organisation);
  const mayAdd = scope.anybody && isOverseer(asker);
  return {
    asker,
    frame,
    fresh: {},
    page: {
      schema: invitationSchema(scope, offered(all, partnership, mayAdd), mayAdd),
      action: `${home}/invite`,
      heading: 'Invite somebody',
      caption: own ? `For ${own.name}, to ${partnership.title}` : partnership.title,
      lead: ['They get an e-mail with a link to sign in. There is no password.'],
      submit: 'Send the invitation',
      grave: false,
      confirm: null,
      documents: [],
      context: {},
      cancel: { href: home, text: 'Cancel' },
    },
    keep: () => Promise.resolve(),
    preview: async (values) => {
      const invitation = values as unknown as Invitation;
      checkOrganisation(invitation);
      await refuseMember(services, given, invitation);
      return [];
    },
    async send(values) {
      const invitation = values as unknown as Invitation;
      checkOrganisation(invitation);
      const [added] = invitation.added ?? [];
      const organisation =
        invitation.organisation === ADDED && added !== undefined
          ? (await findOrAddOrganisation(services, asker, added)).id
          : (invitation.organisation ?? scope.organisation ?? '');
      const again = await refuseMember(services, given, { ...invitation, organisation });
      await invitePerson(services, asker, {
        partnership: partnership.id,
        name: invitation.name,
        email: invitation.email,
        organisation,
        roles: invitation.roles,
        authority: invitation.authority ?? null,
      });
      if (again) tellNext(request, 'Takes part already', `${again.name} was not written to again.`);
      else tellNext(request, 'Invited', `A mail has gone to ${invitation.email}.`);
      return home;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}

/** Those who take part first; an overseer may also name any other, and one that is not known yet. */
function offered(
  all: readonly Organisation[],
  { organisations }: Partnership,
  everyOne: boolean,
): readonly { readonly const: string; readonly title: string }[] {
  const inside = new Set(organisations);
  const byName = [...all].sort((a, b) => a.name.localeCompare(b.name, 'en-GB'));
  return [
    ...byName
      .filter(({ id }) => inside.has(id))
      .map(({ id, name }) => ({ const: id, title: name })),
    ...byName
      .filter(({ id }) => everyOne && !inside.has(id))
      .map(({ id, name }) => ({ const: id, title: `${name} (does not take part)` })),
    ...(everyOne ? [{ const: ADDED, title: 'An organisation that is not listed yet' }] : []),
  ];
}

function invitationSchema(
  scope: InvitationScope,
  organisations: readonly { readonly const: string; readonly title: string }[],
  mayAdd: boolean,
): JsonSchema {
  const part = membershipSchema(scope);
  return {
    ...part,
    required: [
      'name',
      'email',
      ...(scope.anybody ? ['organisation'] : []),
      ...(part.required ?? []),
    ],
    properties: {
      name: { type: 'string', title: 'Their name', minLength: 1, maxLength: 120 },
      email: {
        type: 'string',
        format: 'email',
        title: 'Their e-mail address',
        description: 'Their own address at work, not one that several people read.',
        maxLength: 200,
      },
      ...(scope.anybody
        ? {
            organisation: {
              type: 'string',
              title: 'For which organisation do they act?',
              oneOf: organisations,
            } satisfies JsonSchema,
          }
        : {}),
      ...(mayAdd
        ? {
            added: organisationsToAdd({
              title: 'The organisation, if it is not listed yet',
              description:
                'It can then be chosen everywhere. It takes part in the partnership once that is recorded there.',
              most: 1,
            }),
          }
        : {}),
      ...part.properties,
    },
  };
}

function checkOrganisation({ organisation, added = [] }: Invitation): void {
  if (organisation !== ADDED || added.length > 0) return;
  throw new ConcordatError('invalid-input', 'the new organisation has no name', {
    userMessage:
      'Add the organisation: give its name under “The organisation, if it is not listed yet”.',
    details: { problems: [{ path: '/added', keyword: 'parties', params: {}, message: 'missing' }] },
  });
}

/**
 * Whoever takes part already is not invited: it would put these roles in the place of theirs, and no
 * mail would go. The same part once more is the same form, sent a second time: answers who it is.
 */
async function refuseMember(
  { store }: PageContext['services'],
  { partnership, scope }: Pick<Given, 'partnership' | 'scope'>,
  { email, organisation = scope.organisation ?? '', roles, authority }: Invitation,
): Promise<Person | undefined> {
  const person = await store.directory.personByEmail(email.trim().toLowerCase());
  const members = person ? await store.directory.members(partnership.id) : [];
  const member = members.find((one) => one.person === person?.id);
  // Whom they may not change is refused where that is refused for every way of changing them.
  if (!person || !member || !isInScope(scope, member)) return undefined;
  const alike =
    member.organisation === organisation &&
    (member.authority ?? '') === (authority ?? '') &&
    [...member.roles].sort().join() === [...new Set(roles)].sort().join();
  if (alike) return person;
  throw new ConcordatError('invalid-input', 'that person takes part already', {
    userMessage: `${person.name} takes part already. To change what they do, choose “Change” beside their name under “Organisations and people”; to have them act for another organisation, remove them there first.`,
    details: { problems: [{ path: '/email', keyword: 'unique', params: {}, message: 'known' }] },
  });
}
