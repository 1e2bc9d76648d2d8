import type { Express } from 'express';

/** A route as the application's own router knows it. */
export interface KnownRoute {
  readonly method: 'get' | 'post';
  /** With its `:parameters`. */
  readonly path: string;
}

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle?: { readonly stack?: readonly Layer[] };
  /** Where it is mounted. */
  readonly rawPath: string;
}

/**
 * Every route of pages, links and API, read from the router itself, so that a new one cannot be
 * forgotten. What answers a method only to refuse it is left out.
 */
export function everyRoute(app: Express): readonly KnownRoute[] {
  const { stack } = app.router as unknown as { stack: readonly Layer[] };
  return routesIn(stack, '');
}

function routesIn(stack: readonly Layer[], prefix: string): readonly KnownRoute[] {
  return stack.flatMap((layer): readonly KnownRoute[] => {
    const { route, handle } = layer;
    if (route) {
      return Object.keys(route.methods).flatMap((method) =>
        method === '_all' ? [] : [{ method: method as 'get', path: prefix + route.path }],
      );
    }
    if (!handle?.stack) return [];
    return routesIn(handle.stack, layer.rawPath === '/' ? prefix : prefix + layer.rawPath);
  });
}
