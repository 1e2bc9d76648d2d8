import type { Request, Router } from 'express';
import { ConcordatError } from '../../../engine/errors.ts';
import { presentBanner } from '../../../web/presenters/banner.ts';
import { presentPeople } from '../../../web/presenters/people-page.ts';
import type { Asker } from '../../access/asker.ts';
import { maySeeAddress } from '../../use-cases/may-see-address.ts';
import { standingOf } from '../../access/standing.ts';
import { namesById } from '../../access/name-ids.ts';
import type { Partnership } from '../../store/directory.ts';
import {
  invitationScope,
  type InvitationScope,
  invitePerson,
  isInScope,
  removeMember,
} from '../../use-cases/invite-person.ts';
import { visiblePartnership } from '../../access/load-partnership.ts';
import { membersOf, type PartnershipMember } from '../../use-cases/read-partnership.ts';
import { type FormFlow, NOTHING_ELSE } from '../form-flow.ts';
import { formRoutes } from '../form-routes.ts';
import { type OwnFrame, type PageContext, sendPage, signedIn, tellNext } from '../page-context.ts';
import { invitationFlow } from './invitation-form.ts';
import { membershipSchema } from './membership-schema.ts';

/** Who takes part in a partnership: see, invite, change, remove. */
export function peoplePages(context: PageContext, router: Router): void {
  const { services } = context;
  const home = '/partnerships/:id/people';

  router.get(home, async (request, response) => {
    const asker = await signedIn(context, request);
    const partnership = await visiblePartnership(services, asker, request.params.id);
    const standing = await standingOf(services.store, asker.person, partnership.id);
    const people = presentPeople({
      partnership,
      members: await membersOf(services, partnership.id),
      scope: invitationScope(asker, standing),
      maySeeAddress: ({ membership }) => maySeeAddress(asker, membership, standing),
      names: await namesById(services.store),
    });
    await sendPage(context, request, response, {
      view: 'pages/people',
      frame: await frameOf(context, partnership, null),
      content: { people },
      asker,
    });
  });

  formRoutes(context, router, `${home}/invite`, async (request, asker) => {
    const partnership = await visiblePartnership(services, asker, idIn(request));
    const scope = await scopeOf(context, asker, partnership);
    return invitationFlow(context, request, {
      asker,
      partnership,
      scope,
      frame: await frameOf(context, partnership, 'Invite somebody'),
    });
  });

  formRoutes(context, router, `${home}/:person`, async (request, asker) =>
    changeFlow(context, request, asker, await memberAsked(context, request, asker)),
  );

  formRoutes(context, router, `${home}/:person/remove`, async (request, asker) =>
    removeFlow(context, request, asker, await memberAsked(context, request, asker)),
  );
}

interface AskedMember extends PartnershipMember {
  readonly partnership: Partnership;
  readonly scope: InvitationScope;
}

/** The member an address names, if the asker may change them. */
async function memberAsked(
  context: PageContext,
  request: Request,
  asker: Asker,
): Promise<AskedMember> {
  const { services } = context;
  const partnership = await visiblePartnership(services, asker, idIn(request));
  const scope = await scopeOf(context, asker, partnership);
  const members = await membersOf(services, partnership.id);
  const member = members.find(({ person }) => person.id === request.params['person']);
  if (!member) {
    throw new ConcordatError('not-found', 'no such member', {
      userMessage: 'This person does not belong to the partnership any more.',
    });
  }
  if (!isInScope(scope, member.membership)) {
    throw new ConcordatError('not-allowed', 'not within their scope', {
      userMessage: 'Only the coordinator of the partnership can change this.',
    });
  }
  return { ...member, partnership, scope };
}

async function changeFlow(
  context: PageContext,
  request: Request,
  asker: Asker,
  { person, membership, partnership, scope }: AskedMember,
): Promise<FormFlow> {
  const { services } = context;
  const home = `/partnerships/${partnership.id}/people`;
  const organisation = await services.store.directory.organisation(membership.organisation);
  return {
    asker,
    frame: await frameOf(context, partnership, person.name),
    fresh: {},
    page: {
      schema: membershipSchema(scope),
      action: `${home}/${person.id}`,
      heading: `Roles of ${person.name}`,
      caption: `${organisation?.name ?? ''}, in ${partnership.title}`,
      lead: [],
      submit: 'Save',
      grave: false,
      confirm: null,
      documents: [],
      context: {},
      values: { roles: membership.roles, authority: membership.authority ?? '' },
      cancel: { href: home, text: 'Cancel' },
    },
    keep: () => Promise.resolve(),
    async send(values) {
      const { roles, authority } = values as { roles: string[]; authority?: string };
      await invitePerson(services, asker, {
        partnership: partnership.id,
        name: person.name,
        email: person.email,
        organisation: membership.organisation,
        roles,
        authority: authority ?? null,
      });
      tellNext(request, 'Saved', `The roles of ${person.name} have been changed.`);
      return home;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}

async function removeFlow(
  context: PageContext,
  request: Request,
  asker: Asker,
  { person, partnership }: AskedMember,
): Promise<FormFlow> {
  const home = `/partnerships/${partnership.id}/people`;
  return {
    asker,
    frame: await frameOf(context, partnership, `Remove ${person.name}`),
    fresh: {},
    page: {
      schema: { type: 'object', properties: {}, additionalProperties: false },
      action: `${home}/${person.id}/remove`,
      heading: `Remove ${person.name}?`,
      caption: partnership.title,
      lead: [
        `${person.name} will no longer see this partnership. What they did stays in its history.`,
        'They can be invited again at any time.',
      ],
      submit: 'Remove',
      grave: true,
      confirm: null,
      documents: [],
      context: {},
      cancel: { href: home, text: 'Cancel' },
    },
    keep: () => Promise.resolve(),
    async send() {
      await removeMember(context.services, asker, {
        partnership: partnership.id,
        person: person.id,
      });
      tellNext(request, 'Removed', `${person.name} no longer belongs to this partnership.`);
      return asker.person.id === person.id && !asker.person.coordinator ? '/partnerships' : home;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}

async function scopeOf(
  { services }: PageContext,
  asker: Asker,
  { id }: Partnership,
): Promise<InvitationScope> {
  return invitationScope(asker, await standingOf(services.store, asker.person, id));
}

async function frameOf(
  { services }: PageContext,
  { id, title, instance }: Partnership,
  below: string | null,
): Promise<OwnFrame> {
  const course = await services.store.instances.get(instance);
  const people = 'Organisations and people';
  return {
    title: below === null ? `${people}: ${title}` : `${below}: ${title}`,
    banners: course?.banner ? [presentBanner(course.banner)] : [],
    breadcrumbs: [
      { text: 'Partnerships', href: '/partnerships' },
      { text: title, href: `/partnerships/${id}` },
      below === null ? { text: people } : { text: people, href: `/partnerships/${id}/people` },
      ...(below === null ? [] : [{ text: below }]),
    ],
  };
}

function idIn(request: Request): string {
  const { id } = request.params;
  return typeof id === 'string' ? id : '';
}
