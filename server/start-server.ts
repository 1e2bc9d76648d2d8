import { createServer, type Server } from 'node:http';
import { ConcordatError } from '../engine/errors.ts';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { closeServices, createServices, type OwnParts } from './create-services.ts';
import { followDefinitions } from './runtime/follow-definitions.ts';
import type { Services } from './services.ts';
import { startHousekeeping } from './worker/housekeeping.ts';
import { createWorker, type Worker } from './worker/worker.ts';

export interface RunningServer {
  readonly services: Services;
  readonly worker: Worker;
  readonly port: number;
  /** Takes no new requests, finishes those under way and the tasks begun, and closes the store. */
  stop(): Promise<void>;
}

/** Requests that are under way get this long to finish. */
const DRAIN_MS = 10_000;

/** Opens everything, listens, and begins to work off what is due. */
export async function startServer(config: Config, own: OwnParts = {}): Promise<RunningServer> {
  const services = await createServices(config, own);
  const worker = createWorker(services);
  try {
    const server = createServer(await createApp(services, worker));
    await listen(server, config);
    worker.start();
    const housekeeping = startHousekeeping(services);
    const definitions = followDefinitions(services);
    let stopping: Promise<void> | null = null;
    const address = server.address();
    return {
      services,
      worker,
      port: typeof address === 'object' && address !== null ? address.port : config.port,
      stop() {
        stopping ??= (async () => {
          const helpers = [worker, housekeeping, definitions];
          await Promise.all([closeGently(server), ...helpers.map((one) => one.stop())]);
          await closeServices(services);
        })();
        return stopping;
      },
    };
  } catch (error) {
    await worker.stop();
    await closeServices(services);
    throw error;
  }
}

async function listen(server: Server, { port, host }: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new ConcordatError('setting-refused', `port ${port} is taken`, {
              userMessage: `Port ${port} is in use by another program. Stop that one, or choose another port: --port ${port + 1}`,
            })
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
}

async function closeGently(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}
