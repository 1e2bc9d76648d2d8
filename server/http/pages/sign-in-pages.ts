import type { Request, Response, Router } from 'express';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import { asError } from '../../as-error.ts';
import { type FormView, presentForm, type PresentForm } from '../../../web/presenters/form.ts';
import { newId } from '../../new-id.ts';
import type { FormError } from '../../../web/presenters/form/form-error.ts';
import type { Person } from '../../store/directory.ts';
import type { LinkRecord } from '../../store/link.ts';
import { requestSignIn, signInByLink } from '../../use-cases/sign-in.ts';
import { readForm } from '../form/read-form.ts';
import { readPost } from '../form/read-post.ts';
import { type PageContext, sendPage } from '../page-context.ts';
import { sha256 } from '../../sha256.ts';
import { countTry, rateLimit } from '../rate-limit.ts';
import { keepSession } from '../session.ts';
import type { LinkPage } from './link-page.ts';

const SIGN_IN: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['email'],
  properties: {
    email: {
      type: 'string',
      format: 'email',
      title: 'Your e-mail address',
      description: 'We send you a link to sign in with. There is no password.',
      maxLength: 200,
    },
  },
};

/** So many links a browser may have asked for and still open with one press. */
const MOST_ASKED = 5;

/** Asked of a browser that did not ask for the link itself; programs that press buttons do not know it. */
const SENT_TO: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['email'],
  properties: {
    email: {
      type: 'string',
      format: 'email',
      title: 'The e-mail address this link was sent to',
      description: 'So that only you can use it, and no program that looks through your mail.',
      maxLength: 200,
    },
  },
};

const NOT_SENT_THERE: FormError = {
  path: '/email',
  href: '#email',
  message: 'Type the e-mail address at which you got this link.',
};

const NOTHING_TYPED: JsonSchema = { type: 'object', properties: {} };

/** Nobody's mailbox is filled: whoever is refused here has five links that work. */
const PER_MAILBOX = rateLimit('links asked for by a mailbox', 5, 15);
/**
 * A whole council comes from one network address: a Monday morning's worth of sign-ins, and far too few
 * to try lists of addresses. Known and unknown ones count alike, so that the limit tells nothing.
 */
const PER_NETWORK = rateLimit('links asked for from an address', 300, 15);

/** A new session for this browser, so that nobody can have planted the old one. */
export async function signInBrowser(request: Request, person: Person): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    request.session.regenerate((error: unknown) => (error ? reject(asError(error)) : resolve()));
  });
  request.session.person = person.id;
  request.session.address = sha256(person.email);
  request.session.access = person.accessId ?? '';
}

/** Sign-in by e-mailed link: ask for one, open it, press the button. */
export function signInPages(context: PageContext, router: Router): void {
  router.get('/sign-in', (request, response) => {
    const to = typeof request.query['to'] === 'string' ? request.query['to'] : '';
    return sendForm(
      context,
      request,
      response,
      presentForm({
        schema: SIGN_IN,
        action: '/sign-in',
        submit: 'Send me a link',
        hidden: { to },
      }),
    );
  });

  router.post('/sign-in', async (request, response) => {
    const { fields } = await readPost(request);
    const to = fields.get('to')?.[0] ?? '';
    const reading = readForm({ schema: SIGN_IN, fields });
    if (reading.errors.length > 0) {
      const { typed, errors } = reading;
      const form = presentForm({
        schema: SIGN_IN,
        action: '/sign-in',
        submit: 'Send me a link',
        hidden: { to },
        typed,
        errors,
      });
      return sendForm(context, request, response, form);
    }
    const { email } = reading.values as { email: string };
    // The network first: what comes from one that is refused must not use up somebody's own tries.
    await countTry(context.services, PER_NETWORK, request.ip ?? 'unknown');
    await countTry(context.services, PER_MAILBOX, email.trim().toLowerCase());
    const link = await requestSignIn(context.services, email, to === '' ? null : to);
    // A browser that asked for an address nobody knows looks the same from outside.
    request.session.asked = [...(request.session.asked ?? []), link ?? newId()].slice(-MOST_ASKED);
    await keepSession(request);
    await sendPage(context, request, response, {
      view: 'pages/message',
      frame: { title: 'Check your e-mail' },
      content: {
        heading: 'Check your e-mail',
        paragraphs: [
          `If ${email} is known here, a link to sign in is on its way. It works for 30 minutes.`,
          'If nothing comes, look into the spam folder, or ask your coordinator which address you are known by.',
        ],
      },
    });
  });

  router.post('/sign-out', (request, response, next) => {
    request.session.destroy((error: unknown) => {
      if (error) return next(asError(error));
      response.clearCookie('concordat').redirect(303, '/sign-in');
    });
  });
}

/** The page behind a sign-in link. Opening it changes nothing; the button signs in. */
export const showSignInLink: LinkPage = async (context, request, response, link) => {
  await sendLinkPage(context, request, response, link);
};

export const takeSignInLink: LinkPage = async (context, request, response, link) => {
  if (asksForAddress(request, link)) {
    const { fields } = await readPost(request);
    const reading = readForm({ schema: SENT_TO, fields });
    const known = await context.services.store.directory.person(link.person ?? '');
    const { email = '' } = reading.values as { email?: string };
    const wrong =
      reading.errors.length === 0 && email.toLowerCase() !== known?.email ? [NOT_SENT_THERE] : [];
    const errors = [...reading.errors, ...wrong];
    if (errors.length > 0) {
      return sendLinkPage(context, request, response, link, { typed: reading.typed, errors });
    }
  }
  const { person, returnTo } = await signInByLink(context.services, link);
  await signInBrowser(request, person);
  response.redirect(303, returnTo);
};

function asksForAddress(request: Request, link: LinkRecord): boolean {
  return link.needsCode && request.session.asked?.includes(link.id) !== true;
}

async function sendLinkPage(
  context: PageContext,
  request: Request,
  response: Response,
  link: LinkRecord,
  again: Pick<PresentForm, 'typed' | 'errors'> = {},
): Promise<void> {
  const person = await context.services.store.directory.person(link.person ?? '');
  const form = presentForm({
    schema: asksForAddress(request, link) ? SENT_TO : NOTHING_TYPED,
    action: request.path,
    submit: 'Sign in',
    ...again,
  });
  await sendPage(context, request, response, {
    view: 'pages/form',
    frame: { title: 'Sign in', hasErrors: form.errors.length > 0 },
    content: {
      form: withOwnAddress(form),
      heading: 'Sign in',
      lead: [
        `This link signs in ${person?.name ?? 'somebody who is no longer here'} in this browser.`,
        'If that is not you, close this page.',
      ],
    },
    status: form.errors.length > 0 ? 422 : 200,
  });
}

/** Browsers fill in the address of whoever sits there: nobody has to type it on a phone. */
function withOwnAddress(form: FormView): FormView {
  return { ...form, fields: form.fields.map((field) => ({ ...field, autocomplete: 'email' })) };
}

async function sendForm(
  context: PageContext,
  request: Request,
  response: Response,
  form: FormView,
): Promise<void> {
  await sendPage(context, request, response, {
    view: 'pages/form',
    frame: { title: 'Sign in', hasErrors: form.errors.length > 0 },
    content: { form: withOwnAddress(form), heading: 'Sign in' },
    status: form.errors.length > 0 ? 422 : 200,
  });
}
