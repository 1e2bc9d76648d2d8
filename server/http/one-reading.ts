import type { RequestHandler } from 'express';
import type { Store } from '../store/store.ts';

/** What is only shown is read once for the whole answer, where asking takes a way to another machine. */
export function oneReading(store: Pick<Store, 'reading'>): RequestHandler {
  return ({ method }, _response, next) => {
    if (method === 'GET' || method === 'HEAD') store.reading(next);
    else next();
  };
}
