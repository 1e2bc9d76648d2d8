import type { Request, Router } from 'express';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import type { Asker } from '../../access/asker.ts';
import {
  changeInstallation,
  type InstallationAnswers,
} from '../../use-cases/change-installation.ts';
import { requireInstallation } from '../../use-cases/installation.ts';
import { requireAdministrator } from '../../use-cases/require-overseer.ts';
import {
  changeWorkflowSettings,
  settingsNow,
  settingsSchema,
} from '../../use-cases/workflow-settings.ts';
import { ConcordatError } from '../../../engine/errors.ts';
import { type FormFlow, NOTHING_ELSE } from '../form-flow.ts';
import { formRoutes } from '../form-routes.ts';
import { type PageContext, sendPage, signedIn, tellNext } from '../page-context.ts';
import { placeFields } from './place-fields.ts';

const SETTINGS = { text: 'Settings', href: '/settings' };

/** What an administrator decides for the whole installation. */
export function settingsPages(context: PageContext, router: Router): void {
  const { services } = context;

  router.get('/settings', async (request, response) => {
    const asker = await signedIn(context, request);
    requireAdministrator(asker);
    const installation = await requireInstallation(services.store);
    await sendPage(context, request, response, {
      view: 'pages/settings',
      frame: { title: 'Settings' },
      content: {
        installation: {
          ...installation,
          region: titleOf(services, 'region', installation.region),
          currency: titleOf(services, 'currency', installation.currency),
        },
        mail: services.mail.describe(),
        workflows: services.workflows
          .newest()
          .filter(({ definition }) => settingsSchema(definition) !== null)
          .map(({ definition: { id, title } }) => ({ href: `/settings/workflows/${id}`, title })),
      },
      asker,
    });
  });

  formRoutes(context, router, '/settings/installation', (request, asker) =>
    installationFlow(context, request, asker),
  );
  formRoutes(context, router, '/settings/workflows/:workflow', (request, asker) =>
    workflowFlow(context, request, asker),
  );
}

function titleOf(
  { config }: PageContext['services'],
  field: 'region' | 'currency',
  value: string,
): string {
  const { oneOf = [] } = placeFields(config)[field];
  return oneOf.find((choice) => choice.const === value)?.title ?? value;
}

async function installationFlow(
  { services }: PageContext,
  request: Request,
  asker: Asker,
): Promise<FormFlow> {
  requireAdministrator(asker);
  const { name, timeZone, region, currency } = await requireInstallation(services.store);
  const schema: JsonSchema = {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'timeZone', 'region', 'currency'],
    properties: {
      name: {
        type: 'string',
        title: 'Name of this installation',
        description: 'It stands at the top of every page and mail.',
        minLength: 1,
        maxLength: 80,
      },
      ...placeFields(services.config),
    },
  };
  return {
    asker,
    frame: { title: 'Installation', breadcrumbs: [SETTINGS, { text: 'Installation' }] },
    fresh: {},
    page: {
      schema,
      action: '/settings/installation',
      heading: 'Installation',
      caption: 'Settings',
      lead: ['What is running keeps the time zone and holidays it was started with.'],
      submit: 'Save',
      grave: false,
      confirm: null,
      documents: [],
      context: {},
      values: { name, timeZone, region, currency },
      cancel: { href: SETTINGS.href, text: 'Cancel' },
    },
    keep: () => Promise.resolve(),
    async send(values) {
      await changeInstallation(services, asker, values as unknown as InstallationAnswers);
      tellNext(request, 'Saved', 'The settings of the installation have been changed.');
      return SETTINGS.href;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}

async function workflowFlow(
  { services, worker }: PageContext,
  request: Request,
  asker: Asker,
): Promise<FormFlow> {
  requireAdministrator(asker);
  const { definition } = services.workflows.newestOf(String(request.params['workflow']));
  const schema = settingsSchema(definition);
  if (schema === null) {
    throw new ConcordatError('not-found', `${definition.id} has no settings`, {
      userMessage: `“${definition.title}” has no settings.`,
    });
  }
  return {
    asker,
    frame: {
      title: `Settings: ${definition.title}`,
      breadcrumbs: [SETTINGS, { text: definition.title }],
    },
    fresh: {},
    page: {
      schema,
      action: `/settings/workflows/${definition.id}`,
      heading: definition.title,
      caption: 'Settings',
      lead: [
        'A change holds for what is started from now on and for what is running: it is recorded there, and dates that depend on it move.',
      ],
      submit: 'Save for all',
      grave: false,
      confirm: 'Dates of running records that depend on these settings move when you save.',
      documents: [],
      context: {},
      values: await settingsNow(services, definition),
      cancel: { href: SETTINGS.href, text: 'Cancel' },
    },
    keep: () => Promise.resolve(),
    async send(values) {
      const changed = await changeWorkflowSettings(services, asker, definition.id, values);
      worker.wake();
      const running = changed === 1 ? '1 running record' : `${changed} running records`;
      tellNext(request, 'Saved', `“${definition.title}” has new settings, and so have ${running}.`);
      return SETTINGS.href;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}
