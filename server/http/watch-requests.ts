import type { RequestHandler } from 'express';
import type { Observer } from '../observe/observer.ts';
import { routeOf } from './route-of.ts';

/** Methods that a page or the API knows; all others count as one. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Status of whoever went away before there was an answer, as proxies write it. */
const WENT_AWAY = 499;
/** All addresses that nothing answers are one, however they are spelt. */
const NO_ROUTE = '(none)';

/** Watches each request until its answer has gone out; by the pattern of its route, never its path. */
export function watchRequests(observer: Observer): RequestHandler {
  return (request, response, next) => {
    const method = METHODS.has(request.method) ? request.method : 'OTHER';
    const answered = observer.watch(
      'request',
      { method },
      (learn) =>
        new Promise<void>((resolve) => {
          response.once('close', () => {
            const status = response.writableFinished ? response.statusCode : WENT_AWAY;
            learn({ route: routeOf(request) ?? NO_ROUTE, status });
            resolve();
          });
          next();
        }),
    );
    answered.catch(next);
  };
}
