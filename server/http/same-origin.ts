import type { RequestHandler } from 'express';
import { ConcordatError } from '../../engine/errors.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Protects against forms posted from other sites: browsers say where a request comes from
 * (Sec-Fetch-Site, else Origin). A request that says neither is not from a page of ours.
 */
export function sameOrigin(url: string): RequestHandler {
  const { origin } = new URL(url);
  return (request, _response, next) => {
    if (READS.has(request.method)) return next();
    const site = request.get('sec-fetch-site');
    const from = request.get('origin');
    if (site === 'same-origin' || (site === undefined && from === origin)) return next();
    next(
      new ConcordatError('not-allowed', `a ${request.method} from ${site ?? from ?? 'nowhere'}`, {
        userMessage:
          'This was sent from another site or an old page, so nothing was done. Open the page here and send it again.',
      }),
    );
  };
}
