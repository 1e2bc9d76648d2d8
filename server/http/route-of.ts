import type { Request } from 'express';

/** The pattern of the route that takes a request, such as `/l/:token`; null when none does. */
export function routeOf({ route, baseUrl }: Request): string | null {
  const { path } = (route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? `${baseUrl}${path}` : null;
}
