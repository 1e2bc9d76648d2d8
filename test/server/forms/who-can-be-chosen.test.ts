import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { WorkflowDefinition } from '../../../engine/definition.ts';
import type { Person } from '../../../server/store/directory.ts';
import { checkReferences } from '../../../server/use-cases/check-references.ts';
import { choicesFor } from '../../../server/use-cases/choices.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { as } from '../../support/sample-world.ts';
import { startTestServer } from '../../support/test-server.ts';

async function twoPartnerships() {
  const server = await startTestServer();
  onTestFinished(() => server.stop());
  const council = await server.organisation('Harbour Council');
  const trust = await server.organisation('Vale Trust');
  const here = await server.partnership('Safe at home', [council, trust]);
  const there = await server.partnership('Night shelter', [trust, council]);
  await server.worker.drain();
  const lead = await server.member(here, council, 'Mary Ann', ['lead', 'manager']);
  const partner = await server.member(here, trust, 'Bo Ban', ['manager']);
  const elsewhere = await server.member(there, trust, 'Other Bee', ['manager']);
  return { server, here, there, council, lead, partner, elsewhere };
}

test('only members, and those who look after everything, can be named in a partnership', async () => {
  const { server, here, lead, partner, elsewhere } = await twoPartnerships();
  const { people } = await choicesFor(server.services, as(lead), here.id);
  expect(people.map(({ id }) => id).sort()).toEqual(
    [lead.id, partner.id, server.administrator.id].sort(),
  );
  const plan = (needsOwner: string) =>
    sendEvent(server.services, as(lead), {
      instance: here.instance,
      event: 'PLAN_STAGE',
      fields: { needsOwner, needsDue: '2026-04-30' },
    });
  await expect(plan(elsewhere.id)).rejects.toMatchObject({ code: 'invalid-input' });
  await plan(partner.id);
});

test('the form says what to do when somebody is not in the list', async () => {
  const { server, here, lead } = await twoPartnerships();
  const browser = await server.signIn(lead);
  const { text } = await browser.get(`/instances/${here.instance}/do/PLAN_STAGE`);
  expect(text).toContain('They are invited first, on the page of the partnership.');
  expect(text).toContain('Bo Ban');
  expect(text).not.toContain('Other Bee');
});

test('a form offers the organisations that take part, and others only to whoever adds one', async () => {
  const { server, here, council, lead } = await twoPartnerships();
  await server.organisation('Hidden Refuge');
  const keeper = await server.member(here, council, 'Cy Keeper', ['coordinator']);
  const form = async (person: typeof lead, event: string) => {
    const browser = await server.signIn(person);
    return (await browser.get(`/instances/${here.instance}/do/${event}`)).text;
  };
  for (const person of [server.administrator, keeper]) {
    expect(await form(person, 'CHANGE_LEAD')).toContain('Vale Trust');
    expect(await form(person, 'CHANGE_LEAD')).not.toContain('Hidden Refuge');
    expect(await form(person, 'ADD_ORGANISATION')).toContain('Hidden Refuge');
  }
  // Whom else the installation knows is not for the lead of one partnership: others add a partner.
  expect(await form(lead, 'CHANGE_LEAD')).not.toContain('Hidden Refuge');
  const page = await (await server.signIn(lead)).get(`/instances/${here.instance}`);
  expect(page.text.split('What others can do')[1]).toContain('Add a partner organisation');
});

test('where it is asked for, only somebody of one’s own organisation can be named', async () => {
  const { server, here, lead, partner } = await twoPartnerships();
  const schema = {
    type: 'object',
    properties: { delegateTo: { type: 'string', format: 'person', ofParty: true } },
  } as const;
  const place = { partnership: here.id, instance: null };
  const name = (delegateTo: string) =>
    checkReferences(server.services, as(lead), schema, { delegateTo }, place);
  await expect(name(partner.id)).rejects.toMatchObject({ code: 'invalid-input' });
  await name(lead.id);
});

test('whoever is named to sign for an organisation takes part for it', async () => {
  const { server, here, council, lead, partner } = await twoPartnerships();
  const schema = agreement().data;
  const place = { partnership: here.id, instance: null };
  const name = (signatory: string) =>
    checkReferences(
      server.services,
      as(lead),
      schema,
      { parties: [{ organisation: council.id, signing: { signatories: [signatory] } }] },
      place,
    );
  await expect(name(partner.id)).rejects.toMatchObject({
    code: 'invalid-input',
    userMessage: 'Bo Ban does not act for this organisation here. Choose somebody who does.',
    details: { problems: [{ path: '/parties/0/signing/signatories/0' }] },
  });
  await name(lead.id);
});

function agreement(): WorkflowDefinition {
  const file = new URL('../../../workflows/agreement.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as WorkflowDefinition;
}

test('a file, an organisation or a record of elsewhere is refused like one that does not exist', async () => {
  const { server, here, there, lead, elsewhere } = await twoPartnerships();
  const { store, clock } = server.services;
  const outside = await server.organisation('Far Away');
  const about = { name: 'minutes.pdf', mediaType: 'application/pdf', createdAt: clock.now() };
  const put = (text: string, instance: string | null) =>
    store.documents.put(Buffer.from(text), { ...about, partnership: null, instance });
  const ours = await put('ours', here.instance);
  const theirs = await put('theirs', there.instance);
  const ofNobody = await put('of nobody', null);
  const nowhere = 'a'.repeat(64);
  const name = (format: string, id: string, asker: Person = lead) =>
    checkReferences(
      server.services,
      as(asker),
      { type: 'object', properties: { named: { type: 'string', format } } },
      { named: id },
      { partnership: here.id, instance: here.instance },
    );
  const refused = { code: 'invalid-input' };
  await name('document', ours.hash);
  for (const hash of [theirs.hash, ofNobody.hash, nowhere]) {
    await expect(name('document', hash), hash).rejects.toMatchObject(refused);
  }
  // the same bytes may be put here as well, and then are of here
  await put('theirs', here.instance);
  await name('document', theirs.hash);
  await name('organisation', here.organisations[0] ?? '');
  for (const id of [outside.id, nowhere]) {
    await expect(name('organisation', id), id).rejects.toMatchObject(refused);
  }
  await name('instance', here.instance);
  for (const id of [there.instance, nowhere]) {
    await expect(name('instance', id), id).rejects.toMatchObject(refused);
  }
  await name('instance', there.instance, elsewhere);
  await expect(name('instance', here.instance, elsewhere)).rejects.toMatchObject(refused);
});
