import { noticeTo, raiseDispute } from '../../support/raise-dispute.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person } from '../../../server/store/directory.ts';
import { myWork } from '../../../server/use-cases/my-work.ts';
import { apiClientOf } from '../../support/api-client.ts';
import { as } from '../../support/sample-world.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

const CONFIRMED = 'Your organisation has confirmed these words already.';

let server: TestServer;
let dispute: string;
let mina: Person;
let olu: Person;

beforeAll(async () => {
  server = await startTestServer();
  const council = await server.organisation('Moorland Council');
  const refuge = await server.organisation('Harbour Refuge');
  const place = await server.partnership('Safe at Home', [council, refuge]);
  mina = await server.member(place, council, 'Mina Manager', ['manager']);
  olu = await server.member(place, refuge, 'Olu Opposite', ['manager']);
  const { instance, send } = await raiseDispute(server, mina, place);
  dispute = instance;
  await send('GIVE_NOTICE', noticeTo(refuge));
  await send('RESOLVE', { agreedText: 'We pay by turns.', agreedOn: '2026-03-02' });
});
afterAll(async () => {
  await server.stop();
});

/** Why somebody cannot confirm yet, in sentences. */
async function unmetFor(person: Person): Promise<readonly string[]> {
  const client = await apiClientOf(server, person);
  const { options } = await client.get<{
    options: readonly { event: string; unmet: readonly { sentence: string }[] }[];
  }>(`/instances/${dispute}`);
  const confirm = options.find(({ event }) => event === 'CONFIRM_OUTCOME');
  return confirm?.unmet.map(({ sentence }) => sentence) ?? ['not offered'];
}

test('a page says beforehand what stands in the way of the reader’s own organisation', async () => {
  expect(await unmetFor(mina)).toEqual([CONFIRMED]);
  expect(await unmetFor(olu)).toEqual([]);
  const page = await (await server.signIn(mina)).get(`/instances/${dispute}`);
  expect(page.text).toContain(CONFIRMED);
});

test('and nobody’s work lists what their organisation cannot do', async () => {
  const { services } = server;
  const othersFor = async (person: Person): Promise<number> => {
    const { items } = await myWork(services, as(person));
    return items.find(({ instance }) => instance === dispute)?.others ?? -1;
  };
  expect(await othersFor(olu)).toBe((await othersFor(mina)) + 1);
});
