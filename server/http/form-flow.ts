import type { Request, Response } from 'express';
import { type ConcordatError, type ErrorCode, isConcordatError } from '../../engine/errors.ts';
import type { Unmet } from '../../engine/unmet.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { FormContext } from '../../web/presenters/form/form-context.ts';
import { ACTION_FIELD, type FormFields, typedText } from '../../web/presenters/form/form-fields.ts';
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
import { problemErrors } from './form/problem-errors.ts';
import { withLeftEmpty } from './form/left-empty.ts';
import { readForm } from './form/read-form.ts';
import type { Post } from './form/read-post.ts';
import { noteRefusal } from './note-refusal.ts';
import { type OwnFrame, type PageContext, sendPage } from './page-context.ts';

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
  /** Keeps an uploaded file, so that it outlives an error. Throws for who may send nothing here. */
  keep(upload: Upload, carried: Carried): Promise<unknown>;
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
  const { schema, context: known } = flow.page;
  const carried = Object.fromEntries(
    Object.entries(flow.fresh).map(([name, value]) => [name, typedText(fields, name) || value]),
  );
  const reading = readForm({ schema, fields, files, context: known });
  const { typed, action } = reading;
  const page = { ...flow.page, context: withTypedNames(known, typed) };
  const refuse = async (thrown: unknown): Promise<void> => {
    const error = refusalOf(thrown);
    const status = noteRefusal(context.services, request, error, thrown);
    const content = presentFormPage(page, {
      carried: carriedOn(error, carried, flow.fresh),
      typed,
      errors: problemErrors(error, schema),
      refusal: await flow.explain(error, carried),
    });
    await sendForm(context, request, response, flow, content, status);
  };
  try {
    for (const upload of reading.uploads) await flow.keep(upload, carried);
  } catch (thrown) {
    return refuse(thrown);
  }
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
    const sent = withLeftEmpty(schema, known, values);
    response.redirect(303, await flow.send(sent, carried));
  } catch (thrown) {
    await refuse(thrown);
  }
}

/** Files that came with this form are called what their sender called them. */
function withTypedNames(context: FormContext, typed: FormFields): FormContext {
  const documents = new Map(context.documents);
  for (const [name, [hash = '']] of typed) {
    if (!name.endsWith('.hash') || documents.has(hash)) continue;
    const said = typedText(typed, name.replace(/hash$/u, 'name'));
    if (said !== '') documents.set(hash, said);
  }
  return { ...context, documents };
}

/** What has a page of its own. Without the store there is nothing to make the form of again. */
const NO_FORM: readonly ErrorCode[] = ['not-found', 'not-signed-in', 'store-unreadable'];

/** The pages for those who are not signed in or not concerned are not forms; all else comes back. */
function refusalOf(thrown: unknown): ConcordatError {
  if (isConcordatError(thrown) && NO_FORM.includes(thrown.code)) throw thrown;
  return asOurError(thrown);
}

/** After a conflict the form is meant for what is there now: the reader is told what is new. */
function carriedOn({ code }: ConcordatError, carried: Carried, fresh: Carried): Carried {
  switch (code) {
    case 'stale-sequence':
    case 'conflict':
    case 'manifest-changed':
      return { ...fresh, _key: carried['_key'] ?? '' };
    case 'idempotency-mismatch':
      return { ...carried, ...fresh, ...manifestOf(carried) };
    default:
      return carried;
  }
}

/** Nobody decides on a text they were not shown. */
function manifestOf({ _manifest }: Carried): Carried {
  return _manifest === undefined ? {} : { _manifest };
}

/** What of a shut gate is open, as the engine told it. */
export function unmetIn({ code, details }: ConcordatError): readonly Unmet[] {
  return code === 'gate-not-met' ? ((details['unmet'] ?? []) as readonly Unmet[]) : [];
}

/** Keeps what was typed when the session has ended meanwhile: sign in elsewhere, then send again. */
export async function keepTyping(
  context: PageContext,
  request: Request,
  response: Response,
  { fields }: Post,
): Promise<void> {
  const hidden = [...fields].flatMap(([name, values]) =>
    name === ACTION_FIELD || name === STEP_FIELD ? [] : values.map((value) => ({ name, value })),
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
