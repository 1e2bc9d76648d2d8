import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../../engine/json-value.ts';
import type { Organisation, Partnership, Person } from '../../../server/store/directory.ts';
import { showDecidedOn } from '../../../server/http/show-decided-on.ts';
import type { InstanceView, OfferedOption } from '../../../server/use-cases/read-instance.ts';
import { noticeTo, raiseDispute } from '../../support/raise-dispute.ts';
import { linksTo } from '../../support/read-outbox.ts';
import { as } from '../../support/sample-world.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

const FIRST = 'The council pays for the nights in full.';
const SECOND = 'Each side pays for half of the nights.';

let server: TestServer;
let council: Organisation;
let refuge: Organisation;
let place: Partnership;
let raiser: Person;
let opposite: Person;
let instance: string;
let send: (event: string, fields: JsonObject) => Promise<void>;
let link: string;

beforeAll(async () => {
  server = await startTestServer();
  council = await server.organisation('Moorland Council');
  refuge = await server.organisation('Harbour Refuge');
  place = await server.partnership('Safe at Home', [council, refuge]);
  raiser = await server.member(place, council, 'Mina Manager', ['manager', 'lead']);
  opposite = await server.member(place, refuge, 'Olu Opposite', ['manager']);
  ({ instance, send } = await raiseDispute(server, raiser, place));
  await send('GIVE_NOTICE', noticeTo(refuge));
  link = new URL((await linksTo(server.outbox, opposite.email)).at(-1) ?? '').pathname;
});
afterAll(() => server.stop());

async function confirmed(): Promise<unknown> {
  const head = await server.services.store.commits.head(instance);
  const { snapshot } = JSON.parse(head?.text ?? '{}') as { snapshot: { data: JsonObject } };
  return snapshot.data['outcomeConfirmed'];
}

/** What a browser sends back of the form as it stands on a page. */
function hiddenIn(html: string): Record<string, string> {
  const controls = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/gu);
  return Object.fromEntries([...controls].map(([, name = '', value = '']) => [name, value]));
}

test('nobody confirms words behind a link that they were not shown, or that were changed meanwhile', async () => {
  // This link is older than anything that could be confirmed by it.
  await send('RESOLVE', { agreedText: FIRST, agreedOn: '2026-03-02' });
  const browser = server.browser();
  const path = `${link}/do/CONFIRM_OUTCOME`;
  const opened = await browser.get(path);
  expect(opened.text).toContain(FIRST);
  expect(hiddenIn(opened.text)).toHaveProperty('_about');

  await send('RESOLVE', { agreedText: SECOND, agreedOn: '2026-03-02' });
  const answers = { confirmed: 'yes', confirmName: opposite.name };
  const late = await browser.post(path, { ...hiddenIn(opened.text), ...answers });
  expect(late.status).toBe(409);
  expect(late.text).toContain('What you are asked about has changed');
  expect(late.text).toContain(SECOND);
  expect(late.text).not.toContain(FIRST);
  expect(await confirmed()).toMatchObject([{ party: council.id }]);

  const done = await browser.post(path, { ...hiddenIn(late.text), ...answers });
  expect(done.status).toBe(303);
  expect(await confirmed()).toMatchObject([{ party: council.id }, { party: refuge.id }]);
});

test('every signatory has the gaps that were accepted before them, and no record they cannot open', async () => {
  const { definition } = server.services.workflows.newestOf('agreement');
  const view = {
    id: 'agreement',
    timeZone: 'Europe/London',
    dataSchema: definition.data,
    data: {
      checklist: {
        instance: 'Ab1Ab1Ab1Ab1Ab1Ab1Ab',
        openRequired: [],
        gaps: [{ title: 'Pooled staff', organisation: refuge.id, reason: 'Closed by May' }],
        draftVersion: 3,
      },
    },
  } as unknown as InstanceView;
  const option = { about: ['checklist'] } as unknown as OfferedOption;
  const shown = await showDecidedOn(server.services, as(opposite), view, {
    option,
    documentUrl: (hash) => `/${hash}`,
  });
  const said = JSON.stringify(shown);
  for (const words of ['Pooled staff', 'Harbour Refuge', 'Closed by May']) {
    expect(said).toContain(words);
  }
  expect(said).not.toContain('Ab1Ab1');
  const none = { ...view, data: {} };
  const url = (hash: string) => `/${hash}`;
  expect(
    await showDecidedOn(server.services, as(opposite), none, { option, documentUrl: url }),
  ).toBeUndefined();
});
