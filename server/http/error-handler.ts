import type { ErrorRequestHandler } from 'express';
import { errorPage } from '../../web/presenters/error-page.ts';
import { asOurError } from './as-our-error.ts';
import { type PageContext, sendPage, signedIn } from './page-context.ts';
import { statusOfError } from './status-of-error.ts';

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
    const status = statusOfError(error.code);
    const { log } = context.services;
    const facts = { code: error.code, status, method: request.method, path: request.path };
    if (status >= 500) log.error({ ...facts, err: thrown }, 'request failed');
    else log.info(facts, 'request refused');
    const page = errorPage(status, error.code === 'internal' ? {} : { said: error.userMessage });
    // Whoever is signed in keeps the menu, so that no error is a dead end.
    const who = signedIn(context, request).catch(() => undefined);
    who
      .then((asker) =>
        sendPage(context, request, response, {
          view: 'pages/error',
          frame: { title: page.title },
          content: { error: page },
          status,
          ...(asker ? { asker } : {}),
        }),
      )
      .catch(next);
  };
}
