import type { Request, Router } from 'express';
import { isConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { type FormFlow, keepTyping, showForm, takeForm } from './form-flow.ts';
import { readPost } from './form/read-post.ts';
import { type PageContext, signedIn } from './page-context.ts';

/**
 * A form page of somebody who is signed in, at one address: GET shows it, POST takes it. Whoever was
 * signed out meanwhile loses nothing that was typed. `flowFor` refuses who may not.
 */
export function formRoutes(
  context: PageContext,
  router: Router,
  path: string,
  flowFor: (request: Request, asker: Asker) => Promise<FormFlow>,
): void {
  router.get(path, async (request, response) => {
    const asker = await signedIn(context, request);
    await showForm(context, request, response, await flowFor(request, asker));
  });

  router.post(path, async (request, response) => {
    const post = await readPost(request);
    const asker = await signedIn(context, request).catch(nobodyIfSignedOut);
    if (asker === null) return keepTyping(context, request, response, post);
    await takeForm(context, request, response, await flowFor(request, asker), post);
  });
}

/** A store that does not answer has signed nobody out. */
function nobodyIfSignedOut(error: unknown): null {
  if (isConcordatError(error) && error.code === 'not-signed-in') return null;
  throw error;
}
