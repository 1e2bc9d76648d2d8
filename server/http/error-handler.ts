import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorRequestHandler, Request } from 'express';
import { errorPage } from '../../web/presenters/error-page.ts';
import { ACTION_FIELD } from '../../web/presenters/form/form-fields.ts';
import { STEP_FIELD } from '../../web/presenters/form-page.ts';
import { dutiesOf } from '../access/duties.ts';
import { mayBeRecorded } from '../store/outcome-unknown.ts';
import { isTooLateFor } from './answer-in-time.ts';
import { asOurError } from './as-our-error.ts';
import { readPost } from './form/read-post.ts';
import { noteRefusal } from './note-refusal.ts';
import { type PageContext, sendPage, signedIn } from './page-context.ts';

/** The page says what went wrong; whether it has the menu is not worth a longer wait. */
const FRAME_WITHIN_MS = 500;
/** Under this key a form is recorded once, however often it comes. */
const KEY_FIELD = '_key';

/** The last handler of the pages: a plain sentence for the person, the facts for the log. */
export function pageErrorHandler(context: PageContext): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    if (isTooLateFor(response, thrown)) {
      context.services.log.info({ err: thrown }, 'a request went on after its time was up');
      return;
    }
    if (response.headersSent) return next(thrown);
    const error = asOurError(thrown);
    if (error.code === 'not-signed-in' && request.method === 'GET') {
      const to = encodeURIComponent(request.originalUrl);
      response.redirect(303, `/sign-in?to=${to}`);
      return;
    }
    const { store } = context.services;
    const status = noteRefusal(context.services, request, error, thrown);
    const send = async (): Promise<void> => {
      const storeAnswers = error.code !== 'store-unreadable';
      // Whoever is signed in keeps the menu, so that no error is a dead end.
      const [reader, installation, again] = await Promise.all([
        unlessGone(readerOf(context, request), storeAnswers),
        unlessGone(store.installation.get(), storeAnswers),
        status === 503 && request.method === 'POST' ? sentAgain(request) : undefined,
      ]);
      const said = `${error.userMessage}${mayBeRecorded(error) ? adviceOn(again) : ''}`;
      const page = errorPage(status, error.code === 'internal' ? {} : { said });
      await sendPage(context, request, response, {
        view: 'pages/error',
        frame: { title: page.title },
        content: { error: page, again },
        status,
        installation: installation?.name ?? 'Concordat',
        ...reader,
      });
    };
    send().catch(next);
  };
}

/** What the menu shows to whoever is signed in. */
async function readerOf(context: PageContext, request: Request) {
  const asker = await signedIn(context, request);
  return { asker, duties: await dutiesOf(context.services.store, asker.person) };
}

/** What to do where it is not known whether a form was recorded. */
function adviceOn(again: SentAgain | undefined): string {
  if (again === undefined) return '';
  return again.hidden.some(({ name, value }) => name === KEY_FIELD && value !== '')
    ? ' You can safely send it again: what was recorded is not recorded a second time.'
    : ' Open the page in another tab and look whether it is there before you send it again.';
}

/** What the store says; undefined when it does not, without a long wait for one that is known to be gone. */
function unlessGone<T>(asked: Promise<T>, storeAnswers: boolean): Promise<T | undefined> {
  const answer = asked.catch(() => undefined);
  if (storeAnswers) return answer;
  return Promise.race([answer, delay(FRAME_WITHIN_MS, undefined, { ref: false })]);
}

interface SentAgain {
  readonly action: string;
  readonly multipart: boolean;
  readonly files: boolean;
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
}

/**
 * The form that sends once more what could not be taken. Files do not come with it: then the form is
 * shown again, for them to be chosen again.
 */
async function sentAgain(request: Request): Promise<SentAgain | undefined> {
  const post = await readPost(request).catch(() => undefined);
  if (!post) return undefined;
  const { fields, files } = post;
  const hidden = [...fields].flatMap(([name, values]) =>
    files.length > 0 && (name === ACTION_FIELD || name === STEP_FIELD)
      ? []
      : values.map((value) => ({ name, value })),
  );
  const shown = files.length > 0 ? [{ name: STEP_FIELD, value: 'change' }] : [];
  return {
    action: request.originalUrl,
    multipart: request.is('multipart/form-data') !== false,
    files: files.length > 0,
    hidden: [...hidden, ...shown],
  };
}
