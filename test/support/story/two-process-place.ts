import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from '../../../server/config.ts';
import { closeServices, createServices } from '../../../server/create-services.ts';
import type { Services } from '../../../server/services.ts';
import { setUpLink } from '../../../server/use-cases/set-up.ts';
import { balancer } from '../balancer.ts';
import { builtInstallation } from '../built-installation.ts';
import { freePort } from '../free-port.ts';
import { type KillableServer, killableServer } from '../killable-server.ts';
import { startMailCatcher } from '../mail-catcher.ts';
import { startMongoServer } from '../mongo-server.ts';
import type { StoryPlace } from './story-server.ts';

/** Two server processes on one MongoDB, behind one address. */
export interface TwoProcessPlace extends StoryPlace {
  readonly servers: readonly KillableServer[];
  /** To look at what is kept; it works nothing off. */
  readonly services: Services;
  stop(): Promise<void>;
}

const WORKFLOWS = ['partnership', 'readiness', 'agreement', 'review', 's75-checklist'];

export async function startTwoProcesses(): Promise<TwoProcessPlace> {
  const mongo = await startMongoServer();
  if (mongo === undefined) throw new Error('there is no MongoDB for this story');
  const folder = mkdtempSync(join(tmpdir(), 'concordat-story-'));
  const main = builtInstallation(folder, { workflows: WORKFLOWS });
  const mail = await startMailCatcher();
  const ports = [await freePort(), await freePort()];
  const front = await balancer(ports);
  const env = {
    CONCORDAT_STORE: mongo.newDatabase(),
    CONCORDAT_URL: front.url,
    CONCORDAT_MAIL: `${mail.url}?starttls=off`,
    CONCORDAT_MAIL_FROM: 'Partnerships <partnerships@northshire.example>',
    CONCORDAT_WORKERS: '1',
  };
  const servers = ports.map((port) => killableServer(main, { port, env }));
  for (const server of servers) server.start();
  await Promise.all(servers.map((server) => server.answering()));
  const services = await createServices(readConfig({ args: [], env }), {
    workflows: join(dirname(main), '../../workflows'),
  });
  const { tasks } = services.store;

  return {
    url: front.url,
    mail,
    servers,
    services,
    setUpLink: (await setUpLink(services)) ?? '',
    async settle() {
      for (let quiet = 0; quiet < 2; ) {
        await delay(60);
        const open = await tasks.list({ state: 'due', limit: 1_000 });
        const now = services.clock.now();
        const busy = open.some(({ lease, nextAt }) => lease !== null || nextAt <= now);
        quiet = busy ? 0 : quiet + 1;
      }
    },
    async stop() {
      for (const server of servers) await server.kill();
      await front.close();
      await mail.close();
      await closeServices(services);
      await mongo.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
