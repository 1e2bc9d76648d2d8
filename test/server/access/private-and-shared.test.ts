import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../engine/json-value.ts';
import type { Organisation, Partnership, Person } from '../../../server/store/directory.ts';
import { correctData } from '../../../server/use-cases/correct-data.ts';
import { exportPartnership } from '../../../server/use-cases/export-partnership.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { type ApiClient, apiClientOf } from '../../support/api-client.ts';
import { noticeTo, raiseDispute } from '../../support/raise-dispute.ts';
import { as } from '../../support/sample-world.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

const NOTE = 'Perhaps we answered their letters too late ourselves';
const OFFER = 'We would pay half to be done with it';
const DRAFT = 'An honest first answer that nobody else was to read';

let server: TestServer;
let council: Organisation;
let refuge: Organisation;
let place: Partnership;
let raiser: Person;
let colleague: Person;
let opposite: Person;
let executive: Person;
let practitioner: Person;

beforeAll(async () => {
  server = await startTestServer();
  council = await server.organisation('Moorland Council');
  refuge = await server.organisation('Harbour Refuge');
  place = await server.partnership('Safe at Home', [council, refuge]);
  raiser = await server.member(place, council, 'Mina Manager', ['manager', 'lead']);
  colleague = await server.member(place, council, 'Carl Colleague', ['manager']);
  opposite = await server.member(place, refuge, 'Olu Opposite', ['manager']);
  executive = await server.member(place, refuge, 'Eleni Executive', ['executive']);
  practitioner = await server.member(place, refuge, 'Pat Practitioner', ['practitioner']);
});
afterAll(async () => {
  await server.stop();
});

async function send(
  who: Person,
  instance: string,
  event: string,
  fields: JsonObject = {},
): Promise<void> {
  await sendEvent(server.services, as(who), { instance, event, fields });
  await server.worker.drain();
}

async function disputeWithReflection(): Promise<string> {
  return (await raiseDispute(server, raiser, place, NOTE)).instance;
}

const notice = (): JsonObject => noticeTo(refuge);

/** Everything that somebody can read of an instance on pages, from registers and through the API. */
async function everythingOf(who: Person, instance: string): Promise<string> {
  const browser = await server.signIn(who);
  const client = await apiClientOf(server, who);
  const pages = ['', '/history', '/correct', '/lists/views', '/lists/papers'];
  const texts = await Promise.all(
    pages.map(async (path) => (await browser.get(`/instances/${instance}${path}`)).text),
  );
  for (const path of ['', '/history', '/documents']) {
    texts.push((await client.send('GET', `/instances/${instance}${path}`)).text);
  }
  const head = await server.services.store.commits.head(instance);
  for (let seq = 1; seq <= (head?.seq ?? 0); seq += 1) {
    texts.push((await client.send('GET', `/instances/${instance}/history/${seq}`)).text);
  }
  for (const { hash } of await server.services.store.documents.listByInstance(instance)) {
    texts.push((await client.send('GET', `/instances/${instance}/documents/${hash}`)).text);
  }
  const { workflow } = (await server.services.store.instances.get(instance)) ?? { workflow: '' };
  texts.push((await browser.get(`/registers/${workflow}`)).text);
  return texts.join('\n');
}

async function exportFor(reader: Person | null): Promise<string> {
  const files: string[] = [];
  const sink = {
    async add(path: string, bytes: Uint8Array): Promise<void> {
      if (!path.endsWith('.pdf')) files.push(`${path}\n${Buffer.from(bytes).toString('utf8')}`);
      await Promise.resolve();
    },
  };
  await exportPartnership(server.services, { partnership: place.id, reader }, sink);
  return files.join('\n');
}

async function dataOf(client: ApiClient, instance: string): Promise<JsonObject> {
  return (await client.get<{ data: JsonObject }>(`/instances/${instance}`)).data;
}

describe('a private self-reflection', () => {
  test('is read by whoever wrote it and by nobody else, before the notice and after it', async () => {
    const instance = await disputeWithReflection();
    // Before a notice the preparation is the raiser's alone: the coordinator does not see it either.
    for (const other of [colleague, opposite, server.administrator]) {
      const browser = await server.signIn(other);
      expect((await browser.get(`/instances/${instance}`)).status).toBe(404);
    }
    await send(raiser, instance, 'GIVE_NOTICE', notice());
    expect(await everythingOf(raiser, instance)).toContain(NOTE);
    const own = await dataOf(await apiClientOf(server, raiser), instance);
    expect(own).toMatchObject({ ownContribution: true, sharedGain: true, ownNotes: NOTE });
    for (const other of [colleague, opposite, server.administrator]) {
      expect(await everythingOf(other, instance)).not.toContain(NOTE);
      const data = await dataOf(await apiClientOf(server, other), instance);
      expect(data['reflectedOn']).toBe('2026-03-01');
      for (const name of ['ownContribution', 'sharedGain', 'ownNotes']) {
        expect(data).not.toHaveProperty(name);
      }
    }
  });

  test('is in no export but its own, not even in one of everything', async () => {
    const instance = await disputeWithReflection();
    await send(raiser, instance, 'GIVE_NOTICE', notice());
    expect(await exportFor(raiser)).toContain(NOTE);
    expect(await exportFor(opposite)).not.toContain(NOTE);
    expect(await exportFor(null)).not.toContain(NOTE);
  });

  test('stands in no mail, no document and no commit', async () => {
    const instance = await disputeWithReflection();
    await send(raiser, instance, 'GIVE_NOTICE', notice());
    const { store } = server.services;
    const { mails } = await store.mails.list({ limit: 500 });
    expect(JSON.stringify(mails)).not.toContain(NOTE);
    const commits = await store.commits.history(instance, { fromSeq: 1, limit: 500 });
    expect(commits.map(({ text }) => text).join('\n')).not.toContain(NOTE);
    for (const { hash } of await store.documents.listByInstance(instance)) {
      expect(Buffer.from((await store.documents.bytes(hash)) ?? []).includes(NOTE)).toBe(false);
    }
  });

  test('is not the coordinator’s to correct', async () => {
    const instance = await disputeWithReflection();
    await send(raiser, instance, 'GIVE_NOTICE', notice());
    await expect(
      correctData(server.services, as(server.administrator), {
        instance,
        changes: { ownNotes: 'Something else' },
        reason: 'Curious',
      }),
    ).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

test('a dispute of others is not let on by what it asked of the partnership', async () => {
  const instance = await disputeWithReflection();
  await send(raiser, instance, 'GIVE_NOTICE', notice());
  const asked = await server.services.store.commits.history(place.instance, { limit: 500 });
  expect(asked.some(({ text }) => text.includes('TERMS_ASKED'))).toBe(true);
  const read = await everythingOf(practitioner, place.instance);
  expect(read).toContain('Word came from a related record');
  expect(read).not.toContain('TERMS_ASKED');
  expect(read).not.toContain('terms of the signed agreement');
  expect(read).not.toContain(instance);
  // Those in the matter are told where it came from.
  expect(await everythingOf(raiser, place.instance)).toContain('TERMS_ASKED');
});

describe('a confidential record that was shared', () => {
  test('shows the rest of the partnership how it stands, not what was said without prejudice', async () => {
    const instance = await disputeWithReflection();
    await send(raiser, instance, 'GIVE_NOTICE', notice());
    await send(opposite, instance, 'GIVE_VIEW', { view: OFFER, withoutPrejudice: true });
    await send(opposite, instance, 'GIVE_VIEW', {
      view: 'The bill came to the wrong address.',
      withoutPrejudice: false,
    });
    await send(raiser, instance, 'AGREE_TO_SHARE');
    expect((await (await server.signIn(practitioner)).get(`/instances/${instance}`)).status).toBe(
      404,
    );
    await send(opposite, instance, 'AGREE_TO_SHARE');
    const read = await everythingOf(practitioner, instance);
    const shown = `${read}\n${await exportFor(practitioner)}`;
    expect(shown).toContain('The bill came to the wrong address.');
    expect(shown).toContain('What led to it stays with those concerned.');
    expect(shown).not.toContain(OFFER);
    expect(shown).not.toContain(NOTE);
    // Those in the matter see it as before.
    expect(await everythingOf(raiser, instance)).toContain(OFFER);
  });

  test('shows the answers that an organisation shares, not those it thought better of', async () => {
    const form = { readinessDue: '2026-05-01' };
    await send(raiser, place.instance, 'ASK_READINESS', form);
    const { rows } = await server.services.store.instances.list({
      partnership: place.id,
      workflow: 'readiness',
      limit: 10,
    });
    const readiness = rows.find(({ columns }) => columns['organisation'] === refuge.id)?.id ?? '';
    const answers = await optionsOf(executive, readiness);
    for (const [index, { event, fields }] of answers.entries()) {
      const [answer = '', evidence = ''] = fields;
      const said = index === 0 ? DRAFT : `What shows it ${index}`;
      await send(executive, readiness, event, { [answer]: 'yes', [evidence]: said });
    }
    expect(await everythingOf(executive, readiness)).toContain(DRAFT);
    const [first] = answers;
    await send(executive, readiness, first?.event ?? '', {
      [first?.fields[0] ?? '']: 'yes',
      [first?.fields[1] ?? '']: 'What we tell others',
    });
    await send(executive, readiness, 'SHARE');
    for (const other of [raiser, server.administrator]) {
      const read = await everythingOf(other, readiness);
      const shown = `${read}\n${await exportFor(other)}`;
      expect(shown).toContain('What we tell others');
      expect(shown).not.toContain(DRAFT);
    }
    expect(await everythingOf(executive, readiness)).toContain(DRAFT);
  });
});

/** The questions of a readiness, each with the names of its answer and its evidence. */
async function optionsOf(
  who: Person,
  instance: string,
): Promise<readonly { readonly event: string; readonly fields: readonly string[] }[]> {
  const client = await apiClientOf(server, who);
  const { options } = await client.get<{
    options: readonly { event: string; form: { properties?: object } }[];
  }>(`/instances/${instance}`);
  return options
    .filter(({ event }) => event.startsWith('ANSWER_'))
    .map(({ event, form }) => ({ event, fields: Object.keys(form.properties ?? {}) }));
}
