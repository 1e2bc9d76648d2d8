import { fileURLToPath } from 'node:url';
import type { Person } from '../../server/store/directory.ts';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import { sendEvent } from '../../server/use-cases/send-event.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { linksTo } from './read-outbox.ts';
import { startTestServer, type TestServer } from './test-server.ts';

/** Two organisations have a letter to sign; each of the executives has a personal link. */
export interface LetterStory {
  readonly server: TestServer;
  readonly instance: string;
  readonly manager: Person;
  readonly executives: readonly [Person, Person];
  /** The newest link of an executive, as a path. */
  linkOf(person: Person): Promise<string>;
  /** What stands in the letter's data now. */
  data(): Promise<JsonObject>;
  state(): Promise<string>;
  /** The manager does something. */
  send(event: string, fields: JsonObject): Promise<void>;
  stop(): Promise<void>;
}

export async function letterToSign(
  form: JsonObject = {},
  workflow: 'letter' | 'pledge' = 'letter',
): Promise<LetterStory> {
  const workflows = fileURLToPath(new URL('./link-workflows', import.meta.url));
  const server = await startTestServer({ workflows });
  const council = await server.organisation('Łódź Council');
  const trust = await server.organisation('Ŵyn Trust');
  const partnership = await server.partnership('Safe at home', [council, trust]);
  const manager = await server.member(partnership, council, 'Mina Manager', ['manager']);
  const ann = await server.member(partnership, council, 'Ann Executive', ['signatory']);
  const bob = await server.member(partnership, trust, 'Bob Executive', ['signatory']);
  const asker = { kind: 'person', person: manager } as const;
  const { services, worker } = server;
  const { instance } = await startWorkflow(services, asker, {
    workflow,
    partnership: partnership.id,
    form: { subject: 'A joint letter', purpose: 'We work together.', ...form },
    idempotencyKey: 'letter',
  });
  await worker.drain();
  const row = async () => {
    const head = await services.store.commits.head(instance);
    return JSON.parse(head?.text ?? '{}') as { snapshot: { data: JsonObject; value: string } };
  };
  return {
    server,
    instance,
    manager,
    executives: [ann, bob],
    async linkOf(person) {
      const links = await linksTo(server.outbox, person.email);
      return new URL(links.at(-1) ?? '').pathname;
    },
    data: async () => (await row()).snapshot.data,
    state: async () => (await row()).snapshot.value,
    stop: () => server.stop(),
    async send(event, fields) {
      await sendEvent(services, asker, { instance, event, fields });
      await worker.drain();
    },
  };
}
