import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../../engine/json-value.ts';
import type { Person } from '../../../server/store/directory.ts';
import { myWork } from '../../../server/use-cases/my-work.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
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
  const { instance } = await startWorkflow(server.services, as(mina), {
    workflow: 'dispute',
    partnership: place.id,
    form: { subject: 'Night cover' },
  });
  dispute = instance;
  const steps: readonly (readonly [string, JsonObject])[] = [
    ['RECORD_REFLECTION', { ownContribution: true, sharedGain: true, reflectedOn: '2026-03-01' }],
    ['RECORD_TALK', { talkedOn: '2026-03-01', talkedWith: 'The two managers' }],
    [
      'GIVE_NOTICE',
      {
        against: [refuge.id],
        subject: 'Night cover',
        whatHappened: 'It was not paid.',
        whatIsSought: 'A rule.',
        workMeanwhile: 'The council pays.',
      },
    ],
    ['RESOLVE', { agreedText: 'We pay by turns.', agreedOn: '2026-03-02' }],
  ];
  for (const [event, fields] of steps) {
    await sendEvent(server.services, as(mina), { instance, event, fields });
    await server.worker.drain();
  }
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
