import type { Request, RequestHandler, Router } from 'express';
import { isConcordatError } from '../../../engine/errors.ts';
import type { LinkRecord } from '../../store/link.ts';
import { linkByToken } from '../../use-cases/open-link.ts';
import type { PageContext } from '../page-context.ts';
import { countTry, rateLimit, refuseIfSpent } from '../rate-limit.ts';
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

const GUESSING = rateLimit('guesses of a link, by address', 30, 15);
const OPENING = rateLimit('openings of a link', 300, 1);
const SENDING = rateLimit('mails asked for by a link', 5, 15);

/**
 * Everything behind a personal link. GET and HEAD never change anything, so that mail scanners and
 * previews can open every link; what is decided is decided by POST, with something typed.
 */
export function linkPages(context: PageContext, router: Router): void {
  const { services } = context;

  /**
   * Only guesses count against an address: the people of a whole council come from one. Tokens cannot
   * be guessed; this keeps somebody from trying all day.
   */
  async function knownLink(request: Request): Promise<LinkRecord> {
    const address = request.ip ?? 'unknown';
    await refuseIfSpent(services, GUESSING, address);
    try {
      return await linkByToken(services, String(request.params['token']));
    } catch (error) {
      const isGuess = isConcordatError(error) && error.code === 'not-found';
      if (isGuess) await countTry(services, GUESSING, address);
      throw error;
    }
  }

  const page =
    (show: LinkPage): RequestHandler =>
    async (request, response) => {
      const link = await knownLink(request);
      await countTry(services, OPENING, link.id);
      await show(context, request, response, link);
    };
  const limited =
    (take: LinkPage): LinkPage =>
    async (own, request, response, link) => {
      await countTry(services, SENDING, link.id);
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
