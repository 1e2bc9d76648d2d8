import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Organisation, Partnership, Person } from '../../../server/store/directory.ts';
import { startTestServer, type TestBrowser, type TestServer } from '../../support/test-server.ts';

describe('partnerships and their people', () => {
  let server: TestServer;
  let council: Organisation;
  let trust: Organisation;
  let refuge: Organisation;
  let shelter: Partnership;
  let elsewhere: Partnership;
  let manager: Person;
  let lead: Person;
  let stranger: Person;
  let coordinator: TestBrowser;

  beforeAll(async () => {
    server = await startTestServer();
    [council] = (await server.services.store.directory.organisations()) as [Organisation];
    trust = await server.organisation('Vale Health Trust');
    refuge = await server.organisation('Harbour Refuge');
    shelter = await server.partnership('Night shelter', [council, trust]);
    elsewhere = await server.partnership('Safe at Home', [refuge, trust]);
    lead = await server.member(shelter, council, 'Leo Ward', ['lead']);
    manager = await server.member(shelter, trust, 'Józef Łódzki', ['manager']);
    stranger = await server.member(elsewhere, refuge, 'Ines Okoro', ['manager']);
    coordinator = await server.signIn(server.administrator);
  });
  afterAll(async () => {
    await server.stop();
  });

  test('a coordinator sees all partnerships, a member only their own', async () => {
    const all = await coordinator.get('/partnerships');
    expect(all.status).toBe(200);
    expect(all.text).toContain('Night shelter');
    expect(all.text).toContain('Safe at Home');
    expect(all.text).toContain('Stage 1: Prepare');
    const own = await (await server.signIn(manager)).get('/partnerships');
    expect(own.text).toContain('Night shelter');
    expect(own.text).not.toContain('Safe at Home');
    expect(own.text).not.toContain('Set up a partnership');
  });

  test('the list is filtered by words and by stage', async () => {
    const byOrganisation = await coordinator.get('/partnerships?text=harbour');
    expect(byOrganisation.text).toContain('Safe at Home');
    expect(byOrganisation.text).not.toContain('Night shelter');
    const none = await coordinator.get('/partnerships?stage=running.stage.delivery');
    expect(none.text).toContain('No partnership matches');
    const prepare = await coordinator.get('/partnerships?stage=running.stage.prepare&text=shelter');
    expect(prepare.text).toContain('1 partnership<');
  });

  test('a partnership shows its three stages, with the present one open', async () => {
    const page = await coordinator.get(`/partnerships/${shelter.id}`);
    expect(page.status).toBe(200);
    for (const stage of ['Stage 1: Prepare', 'Stage 2: Initiate and design', 'Stage 3: Ongoing']) {
      expect(page.text).toContain(stage);
    }
    expect(page.text.match(/<details class="govuk-details app-stage">/gu)).toHaveLength(2);
    expect(page.text).toContain('You are here. 0 of 3 steps completed.');
    expect(page.text).toContain(`/instances/${shelter.instance}/do/RECORD_NEEDS`);
    expect(page.text).toContain(`/partnerships/${shelter.id}/start/systemic-issue`);
    expect(page.text).toContain('See everybody who takes part (3)');
  });

  test('what somebody may not start is named with those who may', async () => {
    const page = await (await server.signIn(lead)).get(`/partnerships/${shelter.id}`);
    expect(page.text).toContain('Draft an agreement');
    const practitioner = await server.member(shelter, trust, 'Pat Lowe', ['observer']);
    const theirs = await (await server.signIn(practitioner)).get(`/partnerships/${shelter.id}`);
    expect(theirs.status).toBe(200);
    expect(theirs.text).not.toContain(`/partnerships/${shelter.id}/start/`);
    expect(theirs.text).toContain('Those who draft it for the lead organisation');
  });

  test('e-mail addresses are for colleagues and for those who lead or coordinate', async () => {
    const home = `/partnerships/${shelter.id}/people`;
    const local = await server.member(shelter, trust, 'Cora Local', ['coordinator']);
    const everybody = ['leo.ward@', manager.email, 'cora.local@'];
    const shownTo = async (person: Person): Promise<readonly string[]> => {
      const page = await (await server.signIn(person)).get(home);
      expect(page.status).toBe(200);
      expect(page.text).toContain('Leo Ward');
      return everybody.filter((address) => page.text.includes(address));
    };
    expect(await shownTo(manager)).toEqual([manager.email, 'cora.local@']);
    expect(await shownTo(lead)).toEqual(everybody);
    expect(await shownTo(local)).toEqual(everybody);
    expect(await shownTo(server.administrator)).toEqual(everybody);
    await server.services.store.directory.removeMembership(shelter.id, local.id);
  });

  test('a stranger finds nothing, whatever they ask for', async () => {
    const browser = await server.signIn(stranger);
    const foreign = await server.services.store.directory.members(shelter.id);
    for (const path of [
      `/partnerships/${shelter.id}`,
      `/partnerships/${shelter.id}/people`,
      `/partnerships/${shelter.id}/people/invite`,
      `/partnerships/${shelter.id}/people/${foreign[0]?.person}`,
      `/partnerships/${shelter.id}/people/${foreign[0]?.person}/remove`,
    ]) {
      const read = await browser.get(path);
      expect(read.status, path).toBe(404);
      expect(read.text).not.toContain('Night shelter');
      const sent = await browser.post(path, {
        roles: 'manager',
        name: 'X',
        email: 'x@example.org',
      });
      expect(sent.status, path).toBe(404);
      expect(sent.text).not.toContain('Night shelter');
    }
    expect(await server.services.store.directory.members(shelter.id)).toEqual(foreign);
  });

  test('a partnership is set up with an organisation that nobody knew, without losing what was typed', async () => {
    const form = await coordinator.get('/partnerships/new');
    const key = /name="_key" value="([^"]+)"/u.exec(form.text)?.[1] ?? '';
    const typed = {
      _key: key,
      title: 'Family hub',
      purpose: 'One door for families.',
      lead: council.id,
      partners: trust.id,
    };
    const more = await coordinator.post('/partnerships/new', {
      ...typed,
      'added.rows': '0',
      _action: 'add:added',
    });
    expect(more.status).toBe(200);
    expect(more.text).toContain('value="Family hub"');
    expect(more.text).toContain('name="added[0].name"');
    const whole = {
      ...typed,
      'added.rows': '1',
      'added[0].name': 'Tenancy Advice',
      'added[0].kind': 'charity',
    };
    const check = await coordinator.post('/partnerships/new', { ...whole, _step: 'check' });
    expect(check.status).toBe(200);
    expect(check.text).toContain('Check your answers');
    expect(check.text).toContain('Tenancy Advice');
    const done = await coordinator.post('/partnerships/new', { ...whole, _step: 'send' });
    expect(done.status).toBe(303);
    const page = await coordinator.get(done.location ?? '');
    expect(page.text).toContain('Family hub');
    expect(page.text).toContain('Tenancy Advice');
    const twice = await coordinator.post('/partnerships/new', { ...whole, _step: 'send' });
    expect(twice.location).toBe(done.location);
    const named = (await server.services.store.directory.organisations()).filter(
      ({ name }) => name === 'Tenancy Advice',
    );
    expect(named).toHaveLength(1);
  });

  test('a partnership needs a partner besides its lead', async () => {
    const answer = await coordinator.post('/partnerships/new', {
      title: 'Alone',
      purpose: 'None',
      lead: council.id,
      partners: council.id,
      _step: 'check',
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('A partnership needs a partner beside the lead');
    expect(answer.text).toContain('value="Alone"');
  });

  test('only those who look after all partnerships set one up', async () => {
    const browser = await server.signIn(lead);
    expect((await browser.get('/partnerships/new')).status).toBe(403);
    const sent = await browser.post('/partnerships/new', {
      title: 'Mine',
      purpose: 'None',
      lead: council.id,
      partners: trust.id,
      _step: 'send',
    });
    expect(sent.status).toBe(403);
    expect((await coordinator.get('/partnerships')).text).not.toContain('Mine');
  });

  test('a manager invites people of their own organisation, in roles that are theirs to give', async () => {
    const browser = await server.signIn(manager);
    const home = `/partnerships/${shelter.id}/people`;
    const form = await browser.get(`${home}/invite`);
    expect(form.status).toBe(200);
    expect(form.text).not.toContain('value="coordinator"');
    expect(form.text).not.toContain('name="organisation"');
    const invitation = { name: 'Ada Finch', email: 'ada@vale.example', _step: 'send' };
    const refused = await browser.post(`${home}/invite`, { ...invitation, roles: 'coordinator' });
    expect(refused.status).toBe(422);
    const foreign = await browser.post(`${home}/invite`, {
      ...invitation,
      roles: 'finance',
      organisation: council.id,
    });
    expect(foreign.status).toBe(303);
    const people = await browser.get(home);
    expect(people.text).toContain('Ada Finch');
    expect(people.text).toContain('Finance lead');
    const members = await server.services.store.directory.members(shelter.id);
    const ada = await server.services.store.directory.personByEmail('ada@vale.example');
    expect(members.find(({ person }) => person === ada?.id)?.organisation).toBe(trust.id);
  });

  test('nobody takes over a member of another organisation by inviting their address', async () => {
    const browser = await server.signIn(manager);
    const before = await server.services.store.directory.members(shelter.id);
    for (const person of [lead, server.administrator]) {
      const answer = await browser.post(`/partnerships/${shelter.id}/people/invite`, {
        name: 'Somebody',
        email: person.email,
        roles: 'practitioner',
        _step: 'send',
      });
      expect(answer.status).toBe(403);
    }
    const own = `/partnerships/${shelter.id}/people/${lead.id}`;
    expect((await browser.get(own)).status).toBe(403);
    expect((await browser.post(own, { roles: 'practitioner', _step: 'send' })).status).toBe(403);
    expect((await browser.post(`${own}/remove`, { _step: 'send' })).status).toBe(403);
    expect(await server.services.store.directory.members(shelter.id)).toEqual(before);
  });

  test('roles are changed and people removed by the coordinator', async () => {
    const person = await server.member(shelter, trust, 'Cy Dent', ['practitioner']);
    const home = `/partnerships/${shelter.id}/people`;
    const changed = await coordinator.post(`${home}/${person.id}`, {
      roles: ['signatory', 'executive'],
      authority: 'Scheme of delegation, 4.2',
      _step: 'send',
    });
    expect(changed.location).toBe(home);
    const people = await coordinator.get(home);
    expect(people.text).toContain('May sign agreements');
    expect(people.text).toContain('Scheme of delegation, 4.2');
    expect((await coordinator.get(`${home}/${person.id}/remove`)).text).toContain(
      'Remove Cy Dent?',
    );
    await coordinator.post(`${home}/${person.id}/remove`, { _step: 'send' });
    expect((await coordinator.get(home)).text).not.toContain('cy.dent@example.org');
    const theirs = await server.signIn(person);
    expect((await theirs.get(`/partnerships/${shelter.id}`)).status).toBe(404);
  });

  test('an invitation goes out by mail', async () => {
    await coordinator.post(`/partnerships/${shelter.id}/people/invite`, {
      name: 'Eve Moss',
      email: 'eve@vale.example',
      organisation: trust.id,
      roles: 'legal',
      _step: 'send',
    });
    const { mails } = await server.services.store.mails.list({ limit: 100 });
    const mail = mails.find(({ to }) => to === 'eve@vale.example');
    expect(mail?.subject).toContain('Night shelter');
    expect(mail?.outcome).toBe('sent');
  });

  test('whoever takes part already keeps their roles when they are invited once more', async () => {
    const person = await server.member(shelter, trust, 'Flo Reed', ['signatory']);
    const home = `/partnerships/${shelter.id}/people`;
    const invitation = { name: 'Flo', email: person.email, organisation: trust.id, _step: 'send' };
    const member = async () =>
      (await server.services.store.directory.members(shelter.id)).find(
        (one) => one.person === person.id,
      );
    const before = await member();
    for (const step of ['check', 'send']) {
      const answer = await coordinator.post(`${home}/invite`, {
        ...invitation,
        roles: 'observer',
        _step: step,
      });
      expect(answer.status, step).toBe(422);
      expect(answer.text).toContain('Flo Reed takes part already.');
      expect(answer.text).toContain('value="Flo"');
    }
    // The same form sent twice is no mistake, and nothing is said of a mail that did not go.
    const again = await coordinator.post(`${home}/invite`, { ...invitation, roles: 'signatory' });
    expect(again.location).toBe(home);
    expect((await coordinator.get(home)).text).toContain('Flo Reed was not written to again.');
    expect(await member()).toEqual(before);
  });
});
