import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Commit } from '../../../server/store/commit.ts';
import type { Asker } from '../../../server/access/asker.ts';
import type { Services } from '../../../server/services.ts';
import type { Partnership, Person } from '../../../server/store/directory.ts';
import { readCommit } from '../../../server/runtime/head.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

export interface Scene {
  readonly server: TestServer;
  readonly services: Services;
  readonly place: Partnership;
  readonly manager: Person;
  readonly coordinator: Asker;
  /** Starts an answer that is waited for until a day. */
  ask(subject: string, answerBy: string): Promise<string>;
  send(instance: string, event: string): Promise<void>;
  history(instance: string): Promise<readonly Commit[]>;
  /** To nine in the morning of a day. */
  goTo(day: string): void;
  later(seconds: number): void;
}

/** A server on a virtual clock with one manager, and the workflows of these tests. */
export async function scene(own: Parameters<typeof startTestServer>[0] = {}): Promise<Scene> {
  const server = await startTestServer({ ...own, workflows: workflowsOfTheseTests() });
  onTestFinished(() => server.stop());
  const { services, clock, administrator } = server;
  const council = await server.organisation('Harbour');
  const place = await server.partnership('Safe at home', [council]);
  const manager = await server.member(place, council, 'Mary Manager', ['manager']);
  const asker: Asker = { kind: 'person', person: manager };
  await server.worker.drain();
  return {
    server,
    services,
    place,
    manager,
    coordinator: { kind: 'person', person: administrator },
    async ask(subject, answerBy) {
      const form = { subject, answerBy };
      const request = { workflow: 'timed-answer', partnership: place.id, form };
      return (await startWorkflow(services, asker, request)).instance;
    },
    async send(instance, event) {
      await sendEvent(services, asker, { instance, event, fields: {} });
    },
    async history(instance) {
      return (await services.store.commits.history(instance, { limit: 1_000 })).map(readCommit);
    },
    goTo(day) {
      clock.advanceTo(`${day}T09:00:00.000Z`);
    },
    later(seconds) {
      clock.advanceTo(new Date(Date.parse(clock.now()) + seconds * 1_000).toISOString());
    },
  };
}

function workflowsOfTheseTests(): string {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-workflows-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const own = fileURLToPath(new URL('./workflows', import.meta.url));
  for (const name of readdirSync(own)) copyFileSync(join(own, name), join(folder, name));
  const partnership = fileURLToPath(
    new URL('../../../workflows/partnership.json', import.meta.url),
  );
  copyFileSync(partnership, join(folder, 'partnership.json'));
  return folder;
}
