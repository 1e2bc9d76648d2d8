import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorRequestHandler, Request } from 'express';
import { errorPage } from '../../web/presenters/error-page.ts';
import { ACTION_FIELD } from '../../web/presenters/form/form-fields.ts';
import { STEP_FIELD } from '../../web/presenters/form-page.ts';
import { asOurError } from './as-our-error.ts';
import { readPost } from './form/read-post.ts';
import { noteRefusal } from './note-refusal.ts';
import { type PageContext, sendPage, signedIn } from './page-context.ts';

/** The page says what went wrong; whether it has the menu is not worth a longer wait. */
const FRAME_WITHIN_MS = 500;

/** The last handler of the pages: a plain sentence for the person, the facts for the log. */
export function pageErrorHandler(context: PageContext): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = asOurError(thrown);
    if (error.code === 'not-signed-in' && request.method === 'GET') {
      const to = encodeURIComponent(request.originalUrl);
      response.redirect(303, `/sign-in?to=${to}`);
      return;
    }
    const { store } = context.services;
    const status = noteRefusal(context.services, request, error, thrown);
    const page = errorPage(status, error.code === 'internal' ? {} : { said: error.userMessage });
    const send = async (): Promise<void> => {
      const storeAnswers = error.code !== 'store-unreadable';
      // Whoever is signed in keeps the menu, so that no error is a dead end.
      const [asker, installation, again] = await Promise.all([
        unlessGone(signedIn(context, request), storeAnswers),
        unlessGone(store.installation.get(), storeAnswers),
        status === 503 && request.method === 'POST' ? sentAgain(request) : undefined,
      ]);
      await sendPage(context, request, response, {
        view: 'pages/error',
        frame: { title: page.title },
        content: { error: page, again },
        status,
        installation: installation?.name ?? 'Concordat',
        ...(asker ? { asker } : {}),
      });
    };
    send().catch(next);
  };
}

/** What the store says; undefined when it does not, without a long wait for one that is known to be gone. */
function unlessGone<T>(asked: Promise<T>, storeAnswers: boolean): Promise<T | undefined> {
  const answer = asked.catch(() => undefined);
  if (storeAnswers) return answer;
  return Promise.race([answer, delay(FRAME_WITHIN_MS, undefined, { ref: false })]);
}

/**
 * The form that sends once more what could not be taken. Files do not come with it: then the form is
 * shown again, for them to be chosen again.
 */
async function sentAgain(request: Request): Promise<object | undefined> {
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
