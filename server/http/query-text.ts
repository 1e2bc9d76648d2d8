import type { Request } from 'express';

/** What the address asks for under a name, as one bounded text; empty when it says nothing. */
export function queryText(request: Request, name: string): string {
  const value = request.query[name];
  return typeof value === 'string' ? value.trim().slice(0, 200) : '';
}

/** The page asked for with `?page=`, from 1 to `most`. */
export function queryPage(request: Request, most = 100_000): number {
  const page = Number.parseInt(queryText(request, 'page'), 10);
  return Number.isInteger(page) ? Math.min(Math.max(page, 1), Math.max(most, 1)) : 1;
}
