import type { Request, Response, Router } from 'express';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import { isConcordatError } from '../../../engine/errors.ts';
import { presentForm } from '../../../web/presenters/form.ts';
import { ORGANISATION_KINDS } from '../../use-cases/find-or-add-organisation.ts';
import { requireAdministrator } from '../../use-cases/require-overseer.ts';
import {
  checkReadiness,
  completeSetUp,
  refuseIfSetUp,
  sendTestMail,
  type SetUpAnswers,
} from '../../use-cases/set-up.ts';
import { readForm } from '../form/read-form.ts';
import { readPost } from '../form/read-post.ts';
import { type PageContext, sendPage, signedIn, tellNext } from '../page-context.ts';
import { placeFields } from './place-fields.ts';
import { signInBrowser } from './sign-in-pages.ts';

/** What is asked at set-up; the form is generated from it. */
function setUpSchema({ config }: PageContext['services']): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    required: [
      'installation',
      'organisation',
      'kind',
      'name',
      'email',
      'timeZone',
      'region',
      'currency',
    ],
    properties: {
      installation: {
        type: 'string',
        title: 'What shall this installation be called?',
        description:
          'It stands at the top of every page and mail, for example “North Coast Partnerships”.',
        minLength: 1,
        maxLength: 80,
      },
      organisation: { type: 'string', title: 'Your organisation', minLength: 1, maxLength: 120 },
      kind: {
        type: 'string',
        title: 'What kind of organisation is it?',
        oneOf: ORGANISATION_KINDS,
      },
      name: { type: 'string', title: 'Your name', minLength: 1, maxLength: 120 },
      email: {
        type: 'string',
        format: 'email',
        title: 'Your e-mail address',
        description: 'You sign in with a link sent to this address.',
        maxLength: 200,
      },
      ...placeFields(config),
    },
  };
}

/** The set-up form behind the one-time link; `action` is the link's own address. */
export async function showSetUp(
  context: PageContext,
  request: Request,
  response: Response,
): Promise<void> {
  await refuseIfSetUp(context.services);
  const schema = setUpSchema(context.services);
  await sendSetUp(
    context,
    request,
    response,
    presentForm({ schema, action: request.path, submit: 'Set up' }),
  );
}

async function sendSetUp(
  context: PageContext,
  request: Request,
  response: Response,
  form: ReturnType<typeof presentForm>,
): Promise<void> {
  await sendPage(context, request, response, {
    view: 'pages/form',
    frame: { title: 'Set up Concordat', hasErrors: form.errors.length > 0 },
    content: {
      form,
      heading: 'Set up Concordat',
      lead: [
        'This takes two minutes and is done once. You become the administrator; everything can be changed later.',
      ],
    },
    status: form.errors.length > 0 ? 422 : 200,
  });
}

/** Takes the set-up form, signs the administrator in and goes on to the readiness page. */
export async function takeSetUp(
  context: PageContext,
  request: Request,
  response: Response,
): Promise<void> {
  await refuseIfSetUp(context.services);
  const schema = setUpSchema(context.services);
  const { fields } = await readPost(request);
  const reading = readForm({ schema, fields });
  const again = (errors: typeof reading.errors): Promise<void> =>
    sendSetUp(
      context,
      request,
      response,
      presentForm({ schema, action: request.path, submit: 'Set up', typed: reading.typed, errors }),
    );
  if (reading.errors.length > 0) return again(reading.errors);
  try {
    const person = await completeSetUp(context.services, reading.values as unknown as SetUpAnswers);
    await signInBrowser(request, person);
    response.redirect(303, '/set-up/readiness');
  } catch (error) {
    if (!isConcordatError(error) || error.code !== 'invalid-input') throw error;
    await again([{ path: 'region', href: '#region', message: error.userMessage }] as never);
  }
}

/** The page that really writes, really renders and really reaches the mail server. */
export function readinessPages(context: PageContext, router: Router): void {
  router.get('/set-up/readiness', async (request, response) => {
    const asker = await signedIn(context, request);
    requireAdministrator(asker);
    const findings = await checkReadiness(context.services);
    await sendPage(context, request, response, {
      view: 'pages/readiness-check',
      frame: { title: 'Is everything ready?' },
      content: {
        findings,
        ready: findings.every(({ ready }) => ready),
        outbox: context.services.mail.kind === 'outbox',
        mail: context.services.mail.describe(),
      },
      asker,
    });
  });
  router.post('/set-up/test-mail', async (request, response) => {
    const asker = await signedIn(context, request);
    requireAdministrator(asker);
    await sendTestMail(context.services, asker);
    if (context.services.mail.kind === 'outbox') {
      tellNext(request, 'Test mail written', 'It is a file in the outbox folder.', {
        href: '/sent-mail',
        linkText: 'Read it under “Sent mail”',
      });
    } else {
      tellNext(
        request,
        'Test mail sent',
        `A mail has gone to ${asker.person.email}. If it does not arrive in a few minutes, check the mail settings.`,
      );
    }
    response.redirect(303, '/set-up/readiness');
  });
}
