import type { Router } from 'express';
import { ConcordatError } from '../../../engine/errors.ts';
import { sha256 } from '../../sha256.ts';
import type { LinkRecord } from '../../store/link.ts';
import type { PageContext } from '../page-context.ts';
import { showSetUp, takeSetUp } from './set-up-pages.ts';
import { showSignInLink, takeSignInLink } from './sign-in-pages.ts';

/**
 * Everything behind a personal link. GET and HEAD never change anything, so that mail scanners and
 * previews can open every link; what is decided is decided by POST.
 */
export function linkPages(context: PageContext, router: Router): void {
  const { services } = context;

  async function linkOf(token: string): Promise<LinkRecord> {
    const link = await services.store.links.findByTokenHash(sha256(token));
    if (link) return link;
    throw new ConcordatError('not-found', 'no such link', {
      userMessage:
        'This link is not known here. Copy the whole address from the e-mail, or ask for a new one.',
    });
  }

  router.get('/l/:token', async (request, response) => {
    const link = await linkOf(request.params.token);
    if (link.purpose === 'set-up') return showSetUp(context, request, response);
    if (link.purpose === 'sign-in') return showSignInLink(context, request, response, link);
    throw new ConcordatError('not-found', `no page for ${link.purpose}`);
  });

  router.post('/l/:token', async (request, response) => {
    const link = await linkOf(request.params.token);
    if (link.purpose === 'set-up') return takeSetUp(context, request, response);
    if (link.purpose === 'sign-in') return takeSignInLink(context, request, response, link);
    throw new ConcordatError('not-found', `no page for ${link.purpose}`);
  });
}
