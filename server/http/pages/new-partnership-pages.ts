import type { Request, Router } from 'express';
import { ConcordatError } from '../../../engine/errors.ts';
import type { JsonObject } from '../../../engine/json-value.ts';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import type { Asker } from '../../access/asker.ts';
import { newId } from '../../new-id.ts';
import { createPartnership, PARTNERSHIP_WORKFLOW } from '../../use-cases/create-partnership.ts';
import { findOrAddOrganisation } from '../../use-cases/find-or-add-organisation.ts';
import { requireOverseer } from '../../use-cases/require-overseer.ts';
import { type FormFlow, NOTHING_ELSE } from '../form-flow.ts';
import { formRoutes } from '../form-routes.ts';
import { type PageContext, tellNext } from '../page-context.ts';
import { type OrganisationAnswers, organisationsToAdd } from './organisation-schema.ts';

/** What is answered besides the start form of the workflow. */
interface Parties {
  readonly lead: string;
  readonly partners?: readonly string[];
  readonly added?: readonly OrganisationAnswers[];
}

/** In the list of leads: an organisation that is added with this very form. */
const FIRST_ADDED = 'first-added';

/** Setting up a partnership: its start form, who leads, who takes part, and whom nobody knew yet. */
export function newPartnershipPages(context: PageContext, router: Router): void {
  formRoutes(context, router, '/partnerships/new', (request, asker) =>
    flowFor(context, request, asker),
  );
}

async function flowFor(
  { services, worker }: PageContext,
  request: Request,
  asker: Asker,
): Promise<FormFlow> {
  requireOverseer(asker);
  const { store, workflows } = services;
  const { shown } = workflows.newestOf(PARTNERSHIP_WORKFLOW).startForm;
  const organisations = (await store.directory.organisations()).map(({ id, name }) => ({
    value: id,
    text: name,
  }));
  organisations.sort((a, b) => a.text.localeCompare(b.text, 'en-GB'));
  const installation = await store.installation.get();
  return {
    asker,
    frame: {
      title: 'Set up a partnership',
      breadcrumbs: [
        { text: 'Partnerships', href: '/partnerships' },
        { text: 'Set up a partnership' },
      ],
    },
    fresh: { _key: newId() },
    page: {
      schema: withParties(shown, organisations),
      action: '/partnerships/new',
      heading: 'Set up a partnership',
      caption: '',
      lead: [
        'You become its coordinator. The name, the organisations and all that follows can be changed later.',
      ],
      submit: 'Set up the partnership',
      grave: false,
      confirm: null,
      documents: [],
      context: { organisations },
      values: { lead: installation?.organisation ?? '' },
      cancel: { href: '/partnerships', text: 'Cancel' },
    },
    keep: () => Promise.resolve(),
    preview: (values) => {
      checkParties(values as unknown as Parties);
      return Promise.resolve([]);
    },
    async send(values, carried) {
      const parties = values as unknown as Parties;
      checkParties(parties);
      const added: string[] = [];
      for (const one of parties.added ?? []) {
        added.push((await findOrAddOrganisation(services, asker, one)).id);
      }
      const partnership = await createPartnership(services, asker, {
        form: ownFields(shown, values),
        lead: parties.lead === FIRST_ADDED ? (added[0] ?? '') : parties.lead,
        organisations: [...(parties.partners ?? []), ...added],
        idempotencyKey: carried['_key'] ?? newId(),
      });
      worker.wake();
      tellNext(request, 'Partnership set up', 'Next, invite the people who take part.', {
        href: `/partnerships/${partnership.id}/people/invite`,
        linkText: 'Invite somebody',
      });
      return `/partnerships/${partnership.id}`;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}

/** The start form with the questions about who takes part below it. */
function withParties(
  form: JsonSchema,
  organisations: readonly { readonly value: string; readonly text: string }[],
): JsonSchema {
  return {
    ...form,
    required: [...(form.required ?? []), 'lead'],
    properties: {
      ...form.properties,
      lead: {
        type: 'string',
        title: 'Which organisation leads?',
        oneOf: [
          ...organisations.map(({ value, text }) => ({ const: value, title: text })),
          { const: FIRST_ADDED, title: 'The first of those added below' },
        ],
      },
      // with one organisation known there is nobody to choose: all others are added below
      ...(organisations.length > 1 ? { partners: PARTNERS } : {}),
      added: ADDED,
    },
  };
}
function ownFields(form: JsonSchema, values: JsonObject): JsonObject {
  const names = Object.keys(form.properties ?? {});
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

function checkParties({ lead, partners = [], added = [] }: Parties): void {
  if (lead === FIRST_ADDED && added.length === 0) {
    throw refusal(
      '/added',
      'Add the organisation that leads: give its name under “Organisations that are not listed yet”.',
    );
  }
  const others = partners.filter((id) => id !== lead).length + added.length;
  if (others - (lead === FIRST_ADDED ? 1 : 0) > 0) return;
  throw refusal(
    '/added',
    'A partnership needs a partner beside the lead: choose one, or add an organisation here.',
  );
}

function refusal(path: string, userMessage: string): ConcordatError {
  return new ConcordatError('invalid-input', `refused ${path}`, {
    userMessage,
    details: { problems: [{ path, keyword: 'parties', params: {}, message: 'missing' }] },
  });
}

const PARTNERS: JsonSchema = {
  type: 'array',
  title: 'Which organisations are its partners?',
  description: 'Leave out the lead. An organisation that is not listed is added below.',
  maxItems: 19,
  items: { type: 'string', title: 'Organisation', format: 'organisation', maxLength: 100 },
};

const ADDED = organisationsToAdd({
  title: 'Organisations that are not listed yet',
  description: 'They take part in this partnership, and can be chosen in others from now on.',
  most: 19,
});
