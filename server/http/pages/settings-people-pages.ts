import type { Request, Router } from 'express';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import { presentEverybody } from '../../../web/presenters/everybody.ts';
import type { Asker } from '../../access/asker.ts';
import { namesById } from '../../access/name-ids.ts';
import {
  listEverybody,
  type PersonAnswers,
  putPerson,
  requirePerson,
} from '../../use-cases/manage-people.ts';
import { type FormFlow, NOTHING_ELSE } from '../form-flow.ts';
import { formRoutes } from '../form-routes.ts';
import { type PageContext, sendPage, signedIn, tellNext } from '../page-context.ts';
import { queryText } from '../query-text.ts';
import { requireAdministrator } from '../../use-cases/require-overseer.ts';

const HOME = '/settings/people';
const CRUMBS = [
  { text: 'Settings', href: '/settings' },
  { text: 'People', href: HOME },
];

/** Everybody who is known: who they are, who looks after all, who can no longer sign in. */
export function settingsPeoplePages(context: PageContext, router: Router): void {
  const { services } = context;

  router.get(HOME, async (request, response) => {
    const asker = await signedIn(context, request);
    const people = await listEverybody(services, asker);
    const text = queryText(request, 'text');
    await sendPage(context, request, response, {
      view: 'pages/everybody',
      frame: { title: 'People', breadcrumbs: [CRUMBS[0] ?? { text: '' }, { text: 'People' }] },
      content: { everybody: presentEverybody(people, text, await namesById(services.store)) },
      asker,
    });
  });

  formRoutes(context, router, `${HOME}/new`, (request, asker) =>
    personFlow(context, request, asker, null),
  );
  formRoutes(context, router, `${HOME}/:person`, (request, asker) =>
    personFlow(context, request, asker, String(request.params['person'])),
  );
}

async function personFlow(
  { services }: PageContext,
  request: Request,
  asker: Asker,
  id: string | null,
): Promise<FormFlow> {
  requireAdministrator(asker);
  const person = id === null ? null : await requirePerson(services, asker, id);
  const organisations = (await services.store.directory.organisations())
    .map((one) => ({ value: one.id, text: one.name }))
    .sort((a, b) => a.text.localeCompare(b.text, 'en-GB'));
  const heading = person?.name ?? 'Add somebody';
  return {
    asker,
    frame: { title: heading, breadcrumbs: [...CRUMBS, { text: heading }] },
    fresh: {},
    page: {
      schema: PERSON,
      action: `${HOME}/${id ?? 'new'}`,
      heading,
      caption: 'People',
      lead:
        person === null
          ? [
              'To bring somebody into a partnership, invite them on its page instead. Here you add those who look after all partnerships, or the installation.',
            ]
          : ['Their parts in partnerships are changed on the pages of these.'],
      submit: 'Save',
      grave: false,
      confirm: null,
      documents: [],
      context: { organisations },
      values: person
        ? {
            name: person.name,
            email: person.email,
            organisation: person.organisation,
            coordinator: person.coordinator,
            administrator: person.administrator,
            maySignIn: person.disabledAt === null,
          }
        : { maySignIn: true, coordinator: false, administrator: false },
      cancel: { href: HOME, text: 'Cancel' },
    },
    keep: () => Promise.resolve(),
    async send(values) {
      const saved = await putPerson(services, asker, id, values as unknown as PersonAnswers);
      tellNext(
        request,
        'Saved',
        id === null
          ? `${saved.name} can sign in now: with ${saved.email}, on the sign-in page.`
          : `${saved.name} has been changed.`,
      );
      return HOME;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}

const PERSON: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'email', 'organisation', 'coordinator', 'administrator', 'maySignIn'],
  properties: {
    name: { type: 'string', title: 'Name', minLength: 1, maxLength: 120 },
    email: {
      type: 'string',
      format: 'email',
      title: 'E-mail address',
      description: 'They sign in with links that are sent there.',
      maxLength: 200,
    },
    organisation: { type: 'string', title: 'Organisation', format: 'organisation', maxLength: 100 },
    coordinator: {
      type: 'boolean',
      title: 'Do they look after all partnerships?',
      description:
        'A coordinator sets up partnerships, sees all of them, and stands in where nobody else is.',
    },
    administrator: {
      type: 'boolean',
      title: 'Are they an administrator?',
      description: 'An administrator changes settings and people, and sees all mail that was sent.',
    },
    maySignIn: {
      type: 'boolean',
      title: 'May they sign in?',
      description:
        'Whoever has left can no longer sign in, and their API tokens end for good; what they did stays in every history.',
    },
  },
};
