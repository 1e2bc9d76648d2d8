import type { Request } from 'express';
import type { ConcordatError } from '../../engine/errors.ts';
import type { Services } from '../services.ts';
import { routeOf } from './route-of.ts';
import { statusOfError } from './status-of-error.ts';

/**
 * Logs and counts that a request was refused, or failed; answers the status it is answered with. A path
 * that is none of ours may be anything that somebody typed, so it is not logged.
 */
export function noteRefusal(
  { log, observer }: Pick<Services, 'log' | 'observer'>,
  request: Request,
  { code }: ConcordatError,
  thrown: unknown,
): number {
  const status = statusOfError(code);
  const { method, baseUrl, path } = request;
  const known = routeOf(request) === null ? {} : { path: baseUrl + path };
  const facts = { code, status, method, ...known };
  if (status >= 500) log.error({ ...facts, err: thrown }, 'request failed');
  else log.info(facts, 'request refused');
  observer.refused(code);
  return status;
}
