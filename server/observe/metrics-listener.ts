import { createServer } from 'node:http';
import { listen } from '../listen.ts';
import type { Services } from '../services.ts';
import type { Metrics } from './metrics.ts';
import { workLeft } from './work-left.ts';

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the figures at `/metrics`, on an address of its own: no proxy that shows the pages to the
 * world shows them as well. Throws `setting-refused` when the port is taken.
 */
export async function serveMetrics(
  services: Pick<Services, 'store' | 'clock' | 'log'>,
  metrics: Metrics,
  place: { readonly host: string; readonly port: number },
): Promise<Listener> {
  const { log } = services;
  const server = createServer((request, response) => {
    const asked = request.url?.split('?', 1)[0];
    if (asked !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response
        .writeHead(404, { 'content-type': 'text/plain' })
        .end('The figures are at /metrics.\n');
      return;
    }
    workLeft(services)
      .catch((error: unknown) => {
        log.warn({ err: error }, 'metrics: the store did not answer');
        return null;
      })
      .then((left) => metrics.text(left))
      .then(
        (text) => {
          response.writeHead(200, {
            'content-type': metrics.contentType,
            'cache-control': 'no-store',
          });
          response.end(request.method === 'HEAD' ? undefined : text);
        },
        (error: unknown) => {
          log.error({ err: error }, 'metrics could not be written');
          response.writeHead(500).end();
        },
      );
  });
  const port = await listen(server, place, 'metrics');
  return {
    port,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
