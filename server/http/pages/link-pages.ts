import type { Request, RequestHandler, Router } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { isConcordatError } from '../../../engine/errors.ts';
import type { LinkRecord } from '../../store/link.ts';
import { linkByToken } from '../../use-cases/open-link.ts';
import { consume, type PageContext, refuseIfSpent } from '../page-context.ts';
import type { LinkPage } from './link-page.ts';
import { showNewLink, takeNewLink } from './new-link-pages.ts';
import {
  showLinkDocument,
  showLinkDone,
  showLinkOption,
  showPersonalLink,
  takeLinkCode,
  takeLinkOption,
} from './personal-link-pages.ts';
import { showSetUp, takeSetUp } from './set-up-pages.ts';
import { showSignInLink, takeSignInLink } from './sign-in-pages.ts';

/**
 * Everything behind a personal link. GET and HEAD never change anything, so that mail scanners and
 * previews can open every link; what is decided is decided by POST, with something typed.
 */
export function linkPages(context: PageContext, router: Router): void {
  const guessing = new RateLimiterMemory({ points: 30, duration: 900 });
  const opening = new RateLimiterMemory({ points: 300, duration: 60 });
  const sending = new RateLimiterMemory({ points: 5, duration: 900 });

  /**
   * Only guesses count against an address: the people of a whole council come from one. Tokens cannot
   * be guessed; this keeps somebody from trying all day.
   */
  async function knownLink(request: Request): Promise<LinkRecord> {
    const address = request.ip ?? 'unknown';
    await refuseIfSpent(guessing, address);
    try {
      return await linkByToken(context.services, String(request.params['token']));
    } catch (error) {
      if (isConcordatError(error) && error.code === 'not-found') await consume(guessing, address);
      throw error;
    }
  }

  const page =
    (show: LinkPage): RequestHandler =>
    async (request, response) => {
      const link = await knownLink(request);
      await consume(opening, link.id);
      await show(context, request, response, link);
    };
  const limited =
    (take: LinkPage): LinkPage =>
    async (own, request, response, link) => {
      await consume(sending, link.id);
      await take(own, request, response, link);
    };

  router.get('/l/:token', page(showLink));
  router.post('/l/:token', page(takeLink));
  router.get('/l/:token/do/:event', page(showLinkOption));
  router.post('/l/:token/do/:event', page(takeLinkOption));
  router.get('/l/:token/done/:event', page(showLinkDone));
  router.get('/l/:token/documents/:hash', page(showLinkDocument));
  router.get('/l/:token/new', page(showNewLink));
  router.post('/l/:token/new', page(limited(takeNewLink)));
  router.post('/l/:token/code', page(limited(takeLinkCode)));
}

const showLink: LinkPage = (context, request, response, link) => {
  if (link.purpose === 'set-up') return showSetUp(context, request, response);
  if (link.purpose === 'sign-in') return showSignInLink(context, request, response, link);
  return showPersonalLink(context, request, response, link);
};

const takeLink: LinkPage = (context, request, response, link) => {
  if (link.purpose === 'set-up') return takeSetUp(context, request, response);
  if (link.purpose === 'sign-in') return takeSignInLink(context, request, response, link);
  return showPersonalLink(context, request, response, link);
};
