import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createApp } from './app.ts';
import type { Config } from './settings.ts';
import { closeServices, createServices, type OwnParts } from './create-services.ts';
import { listen } from './listen.ts';
import { type Listener, serveMetrics } from './observe/metrics-listener.ts';
import { followDefinitions } from './runtime/follow-definitions.ts';
import type { Services } from './services.ts';
import { startChangeSweep } from './worker/change-sweep.ts';
import { startHousekeeping } from './worker/housekeeping.ts';
import { createWorker, type Worker } from './worker/worker.ts';

export interface RunningServer {
  readonly services: Services;
  readonly worker: Worker;
  readonly port: number;
  /** Where figures are served; null when nobody asked for them. */
  readonly metricsPort: number | null;
  /**
   * Takes no new requests, finishes those under way and the tasks begun, and closes the store. What
   * is not finished after six seconds is broken off, and its tasks are given back untried.
   */
  stop(): Promise<void>;
}

/** What is under way gets this long to finish; whoever runs us expects an end within ten seconds. */
const DRAIN_MS = 6_000;
/** How often connections that have become idle meanwhile are closed. */
const LOOK_FOR_IDLE_MS = 50;

/** Opens everything, listens, and begins to work off what is due. */
export async function startServer(config: Config, own: OwnParts = {}): Promise<RunningServer> {
  const services = await createServices(config, own);
  const worker = createWorker(services);
  let stopping: Promise<void> | null = null;
  try {
    const isStopping = (): boolean => stopping !== null;
    const server = createServer(await createApp(services, worker, isStopping));
    // Whoever asks on an old connection meanwhile is answered, and asks another server next.
    server.prependListener('request', (_request, response) => {
      if (isStopping()) response.setHeader('connection', 'close');
    });
    const figures = await figuresOf(services);
    const port = await listen(server, config, 'port').catch(async (error: unknown) => {
      await figures?.close();
      throw error;
    });
    worker.start();
    const housekeeping = startHousekeeping(services);
    const sweep = startChangeSweep(services);
    const definitions = followDefinitions(services);
    return {
      services,
      worker,
      port,
      metricsPort: figures?.port ?? null,
      stop() {
        stopping ??= (async () => {
          services.log.info('stopping: nothing new is taken');
          const drained = Promise.all([
            closeGently(server),
            ...[worker, housekeeping, sweep, definitions, services.longWork].map((one) =>
              one.stop(),
            ),
          ]);
          const late = delay(DRAIN_MS, 'late', { ref: false });
          if ((await Promise.race([drained, late])) === 'late')
            await breakOff(server, services, worker);
          await figures?.close();
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

async function figuresOf(services: Services): Promise<Listener | null> {
  const { metrics, config } = services;
  if (metrics === null || config.metrics === null) return null;
  return serveMetrics(services, metrics, config.metrics);
}

async function breakOff(server: Server, services: Services, worker: Worker): Promise<void> {
  server.closeAllConnections();
  const given = worker.giveBack();
  services.mail.abandon();
  services.documents.abandon();
  services.log.warn({ tasks: await given }, 'stopping: broke off what took too long');
}

async function closeGently(server: Server): Promise<void> {
  const timer = setInterval(() => server.closeIdleConnections(), LOOK_FOR_IDLE_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  clearInterval(timer);
}
