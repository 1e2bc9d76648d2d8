import type { Request, Router } from 'express';
import type { Asker } from '../../access/asker.ts';
import { ORGANISATION_KINDS } from '../../use-cases/find-or-add-organisation.ts';
import { addOrganisation } from '../../use-cases/invite-person.ts';
import {
  listAllOrganisations,
  renameOrganisation,
  requireOrganisation,
} from '../../use-cases/organisations.ts';
import { requireOverseer } from '../../use-cases/require-overseer.ts';
import { type FormFlow, NOTHING_ELSE } from '../form-flow.ts';
import { formRoutes } from '../form-routes.ts';
import { type PageContext, sendPage, signedIn, tellNext } from '../page-context.ts';
import { ORGANISATION_SCHEMA, type OrganisationAnswers } from './organisation-schema.ts';

const HOME = { text: 'Organisations', href: '/organisations' };

/** The organisations of the installation: see, add, rename. */
export function organisationPages(context: PageContext, router: Router): void {
  const { services } = context;

  router.get('/organisations', async (request, response) => {
    const asker = await signedIn(context, request);
    const organisations = await listAllOrganisations(services, asker);
    const kinds = new Map(ORGANISATION_KINDS.map((kind) => [kind.const, kind.title]));
    await sendPage(context, request, response, {
      view: 'pages/organisations',
      frame: { title: HOME.text },
      content: {
        table: {
          columns: [{ text: 'Name' }, { text: 'Kind' }],
          rows: organisations.map(({ id, name, kind }) => ({
            cells: [
              { header: true, text: name, href: `${HOME.href}/${id}` },
              { label: 'Kind', text: kinds.get(kind) ?? '' },
            ],
          })),
        },
      },
      asker,
    });
  });

  formRoutes(context, router, '/organisations/new', (request, asker) => {
    requireOverseer(asker);
    return Promise.resolve(
      organisationFlow(request, asker, null, async (answers) => {
        await addOrganisation(services, asker, answers);
        return `${answers.name} has been added.`;
      }),
    );
  });

  formRoutes(context, router, '/organisations/:id', async (request, asker) => {
    const before = await requireOrganisation(services, asker, String(request.params['id']));
    return organisationFlow(request, asker, before, async (answers) => {
      await renameOrganisation(services, asker, { id: before.id, ...answers });
      return `${answers.name} has been changed. Documents that were drawn up before keep the old name.`;
    });
  });
}

function organisationFlow(
  request: Request,
  asker: Asker,
  before: (OrganisationAnswers & { readonly id: string }) | null,
  save: (answers: OrganisationAnswers) => Promise<string>,
): FormFlow {
  const heading = before?.name ?? 'Add an organisation';
  return {
    asker,
    frame: { title: heading, breadcrumbs: [HOME, { text: heading }] },
    fresh: {},
    page: {
      schema: ORGANISATION_SCHEMA,
      action: `${HOME.href}/${before?.id ?? 'new'}`,
      heading,
      caption: '',
      lead: [],
      submit: 'Save',
      grave: false,
      confirm: null,
      documents: [],
      context: {},
      ...(before ? { values: { name: before.name, kind: before.kind } } : {}),
      cancel: { href: HOME.href, text: 'Cancel' },
    },
    keep: () => Promise.resolve(),
    async send(values) {
      tellNext(request, 'Saved', await save(values as unknown as OrganisationAnswers));
      return HOME.href;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}
