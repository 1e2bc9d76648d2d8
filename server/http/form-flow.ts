import type { Request, Response } from 'express';
import { type ConcordatError, isConcordatError } from '../../engine/errors.ts';
import type { Unmet } from '../../engine/gate.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { SchemaProblem } from '../../engine/validate.ts';
import { fieldSpec, firstControlId, type FormFrame } from '../../web/presenters/form/field-spec.ts';
import { ACTION_FIELD, typedText } from '../../web/presenters/form/form-fields.ts';
import type { FormError } from '../../web/presenters/form/form-error.ts';
import {
  type AlsoShown,
  type Carried,
  type FormPage,
  needsCheck,
  presentCheckPage,
  presentFormPage,
  type Refusal,
  STEP_FIELD,
} from '../../web/presenters/form-page.ts';
import type { Asker } from '../access/asker.ts';
import type { Upload } from '../use-cases/store-upload.ts';
import { asOurError } from './as-our-error.ts';
import { readForm } from './form/read-form.ts';
import type { Post } from './form/read-post.ts';
import { type OwnFrame, type PageContext, sendPage } from './page-context.ts';
import { statusOfError } from './status-of-error.ts';

/**
 * A form from its first page to its commit: filled in, put right, checked and sent, without
 * JavaScript and without losing what was typed. What is typed travels with the pages, so that nothing
 * is lost by a restart, by another tab or for somebody who never signed in.
 */
export interface FormFlow {
  readonly page: FormPage;
  readonly frame: OwnFrame;
  readonly asker: Asker;
  /** What a newly opened page carries; a page that comes back keeps what it carried. */
  readonly fresh: Carried;
  /** Keeps an uploaded file, so that it outlives an error. */
  keep(upload: Upload): Promise<unknown>;
  /** What else to show beside the answers before they are sent. Throws as `send` does. */
  preview?(values: JsonObject): Promise<readonly AlsoShown[]>;
  /** Does it; answers where to go next. What it throws comes back with the form. */
  send(values: JsonObject, carried: Carried): Promise<string>;
  /** What to show besides the error's sentence. */
  explain(error: ConcordatError, carried: Carried): Promise<Refusal>;
}

/** A refusal whose sentence says it all. */
export const NOTHING_ELSE: Refusal = { unmet: [], news: [] };

/** Shows the empty (or prefilled) form. */
export async function showForm(
  context: PageContext,
  request: Request,
  response: Response,
  flow: FormFlow,
): Promise<void> {
  const content = presentFormPage(flow.page, { carried: flow.fresh });
  await sendForm(context, request, response, flow, content, 200);
}

/** Takes a posted form one step further. */
export async function takeForm(
  context: PageContext,
  request: Request,
  response: Response,
  flow: FormFlow,
  { fields, files }: Post,
): Promise<void> {
  const { page } = flow;
  const { schema, context: known } = page;
  const carried = Object.fromEntries(
    Object.entries(flow.fresh).map(([name, value]) => [name, typedText(fields, name) || value]),
  );
  const reading = readForm({ schema, fields, files, context: known });
  for (const upload of reading.uploads) await flow.keep(upload);
  const { typed, action } = reading;
  if (action.did !== 'submit') {
    const focus = { did: action.did, name: action.name };
    const content = presentFormPage(page, { carried, typed, focus });
    return sendForm(context, request, response, flow, content, 200);
  }
  const step = typedText(fields, STEP_FIELD);
  if (step === 'change') {
    const content = presentFormPage(page, { carried, typed });
    return sendForm(context, request, response, flow, content, 200);
  }
  if (reading.errors.length > 0) {
    const content = presentFormPage(page, { carried, typed, errors: reading.errors });
    return sendForm(context, request, response, flow, content, 422);
  }
  const values = reading.values as JsonObject;
  try {
    if (step !== 'send' && needsCheck(page)) {
      const also = (await flow.preview?.(values)) ?? [];
      const check = presentCheckPage(page, { carried, typed, values, also });
      return await sendPage(context, request, response, {
        view: 'pages/check-and-send',
        frame: { ...flow.frame, title: `${check.heading}: ${page.heading}` },
        content: { check },
        asker: flow.asker,
      });
    }
    response.redirect(303, await flow.send(values, carried));
  } catch (thrown) {
    const error = refusalOf(thrown);
    logRefusal(context, request, error, thrown);
    const content = presentFormPage(page, {
      carried: carriedOn(error, carried, flow.fresh),
      typed,
      errors: errorsOf(error, page),
      refusal: await flow.explain(error, carried),
    });
    await sendForm(context, request, response, flow, content, statusOfError(error.code));
  }
}

/** The pages for those who are not signed in or not concerned are not forms; all else comes back. */
function refusalOf(thrown: unknown): ConcordatError {
  if (isConcordatError(thrown) && ['not-found', 'not-signed-in'].includes(thrown.code))
    throw thrown;
  return asOurError(thrown);
}

function logRefusal(
  { services }: PageContext,
  request: Request,
  { code }: ConcordatError,
  thrown: unknown,
): void {
  const facts = { code, status: statusOfError(code), method: request.method, path: request.path };
  if (facts.status >= 500) services.log.error({ ...facts, err: thrown }, 'request failed');
  else services.log.info(facts, 'request refused');
}

/** After a conflict the form is meant for what is there now: the reader is told what is new. */
function carriedOn({ code }: ConcordatError, carried: Carried, fresh: Carried): Carried {
  switch (code) {
    case 'stale-sequence':
    case 'conflict':
    case 'manifest-changed':
      return { ...fresh, _key: carried['_key'] ?? '' };
    case 'idempotency-mismatch':
      return { ...carried, _key: fresh['_key'] ?? '' };
    default:
      return carried;
  }
}

/** The error's sentences for the summary; those about one field lead there. */
function errorsOf(error: ConcordatError, { schema }: FormPage): readonly FormError[] {
  const unmet = unmetIn(error);
  if (unmet.length > 0) {
    return unmet.map(({ sentence, do: todo }) => ({
      path: '',
      href: '',
      message: todo === undefined ? sentence : `${sentence} ${todo}`,
    }));
  }
  const problems = (error.details['problems'] ?? []) as readonly SchemaProblem[];
  const [problem] = problems;
  const href = problem === undefined ? '' : controlOf(schema, problem.path);
  return [{ path: href === '' ? '' : (problem?.path ?? ''), href, message: error.userMessage }];
}

/** What of a shut gate is open, as the engine told it. */
export function unmetIn({ code, details }: ConcordatError): readonly Unmet[] {
  return code === 'gate-not-met' ? ((details['unmet'] ?? []) as readonly Unmet[]) : [];
}

function controlOf(root: FormPage['schema'], pointer: string): string {
  const [name = '', ...rest] = pointer.split('/').slice(1);
  const schema = root.properties?.[name];
  if (schema === undefined) return '';
  const frame: FormFrame = { root, idPrefix: '' };
  if (rest.length > 0) return `#${[name, ...rest].join('-')}`;
  return `#${firstControlId(frame, fieldSpec(frame, schema, [name], { required: false }))}`;
}

/** Keeps what was typed when the session has ended meanwhile: sign in elsewhere, then send again. */
export async function keepTyping(
  context: PageContext,
  request: Request,
  response: Response,
  { fields }: Post,
): Promise<void> {
  const hidden = [...fields].flatMap(([name, values]) =>
    name === ACTION_FIELD ? [] : values.map((value) => ({ name, value })),
  );
  await sendPage(context, request, response, {
    view: 'pages/signed-out-form',
    frame: { title: 'You have been signed out' },
    content: { action: request.originalUrl, hidden },
    status: 401,
  });
}

function sendForm(
  context: PageContext,
  request: Request,
  response: Response,
  { frame, asker }: FormFlow,
  content: ReturnType<typeof presentFormPage>,
  status: number,
): Promise<void> {
  const hasErrors = content.form.errors.length > 0;
  return sendPage(context, request, response, {
    view: 'pages/form-page',
    frame: { ...frame, hasErrors },
    content: { formPage: content },
    asker,
    status,
  });
}
