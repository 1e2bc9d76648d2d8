import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../server/canonical-json.ts';
import { sha256 } from '../../../server/sha256.ts';
import type { Person } from '../../../server/store/directory.ts';
import { askerOfToken, createToken } from '../../../server/use-cases/api-tokens.ts';
import { makeSignInLink } from '../../../server/use-cases/sign-in.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { readCommit } from '../../../server/runtime/head.ts';
import { parkTask, REFUSAL } from '../../support/park-task.ts';
import { as, sampleWorld, type SampleWorld } from '../../support/sample-world.ts';
import { startTestServer, type TestBrowser, type TestServer } from '../../support/test-server.ts';

/** Pages for those who look after partnerships or the installation: [path, who may]. */
const OVERSEEN = [
  ['/sent-mail', 'coordinators'],
  ['/parked-tasks', 'coordinators'],
  ['/organisations', 'overseers'],
  ['/organisations/new', 'overseers'],
  ['/partnerships/new', 'overseers'],
  ['/settings', 'administrators'],
  ['/settings/installation', 'administrators'],
  ['/settings/people', 'administrators'],
  ['/settings/people/new', 'administrators'],
  ['/settings/workflows/systemic-issue', 'administrators'],
  ['/settings/tokens', 'administrators'],
  ['/settings/backups', 'administrators'],
  ['/workflows', 'everybody'],
  ['/workflows/dispute', 'everybody'],
  ['/workflows/dispute/diagram.svg', 'everybody'],
  ['/workflows/dispute/workflow.json', 'everybody'],
  ['/work', 'everybody'],
  ['/dates', 'everybody'],
  ['/registers', 'everybody'],
  ['/partnerships', 'everybody'],
] as const;

describe('looking after partnerships and the installation', () => {
  let server: TestServer;
  let world: SampleWorld;
  let boss: TestBrowser;
  /** Administrates, and belongs to no partnership. */
  let technician: Person;
  /** Looks after one partnership only. */
  let local: Person;

  beforeAll(async () => {
    server = await startTestServer();
    world = await sampleWorld(server);
    const { directory } = server.services.store;
    technician = {
      ...server.administrator,
      id: 'TTTTTTTTTTTTTTTTTTTT',
      name: 'Tim Technician',
      email: 'tim@northshire.example',
      coordinator: false,
    };
    await directory.putPerson(technician);
    local = await server.member(world.elsewhere, world.refuge, 'Cora Local', ['coordinator']);
    boss = await server.signIn(server.administrator);
  });
  afterAll(async () => {
    await server.stop();
  });

  test('every page is for those it is for, and for nobody else', async () => {
    const readers = [
      { browser: server.browser(), may: [] as string[], who: 'nobody' },
      { browser: await server.signIn(world.lead), may: ['everybody'], who: 'a lead' },
      { browser: await server.signIn(world.observer), may: ['everybody'], who: 'an observer' },
      {
        browser: await server.signIn(local),
        may: ['everybody', 'coordinators'],
        who: 'a coordinator of one',
      },
      {
        browser: await server.signIn(technician),
        may: ['everybody', 'coordinators', 'overseers', 'administrators'],
        who: 'an administrator',
      },
      {
        browser: boss,
        may: ['everybody', 'coordinators', 'overseers', 'administrators'],
        who: 'both',
      },
    ];
    for (const [path, group] of OVERSEEN) {
      for (const { browser, may, who } of readers) {
        const page = await browser.get(path);
        const expected = may.includes(group) ? 200 : may.length === 0 ? 303 : 403;
        expect(page.status, `${path} for ${who}`).toBe(expected);
      }
    }
  });

  test('nobody changes what is not theirs, whatever they post', async () => {
    const browser = await server.signIn(world.lead);
    const before = await server.services.store.installation.get();
    for (const [path, fields] of [
      ['/organisations/new', { name: 'Mine', kind: 'other', _step: 'send' }],
      [`/organisations/${world.trust.id}`, { name: 'Mine', kind: 'other', _step: 'send' }],
      [
        '/settings/installation',
        { name: 'Mine', timeZone: 'Europe/Paris', region: 'IE', currency: 'EUR', _step: 'send' },
      ],
      ['/settings/people/new', { name: 'X', email: 'x@example.org', _step: 'send' }],
      [`/settings/people/${world.lead.id}`, { administrator: 'yes', _step: 'send' }],
      ['/settings/workflows/systemic-issue', { sortingDays: '1', _step: 'send' }],
      ['/settings/tokens/revoke', { id: 'x' }],
      ['/parked-tasks/retry', { all: 'yes' }],
    ] as const) {
      expect((await browser.post(path, fields)).status, path).toBe(403);
      const fromOutside = await fetch(`${server.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { cookie: boss.cookie(), origin: 'https://evil.example' },
      });
      expect(fromOutside.status, path).toBe(403);
    }
    expect(await server.services.store.installation.get()).toEqual(before);
    expect((await server.services.store.directory.organisation(world.trust.id))?.name).toBe(
      'Vale Health Trust',
    );
    expect((await server.services.store.directory.person(world.lead.id))?.administrator).toBe(
      false,
    );
  });

  describe('sent mail', () => {
    test('shows each mail as it was stored, and its HTML where it can do nothing', async () => {
      const list = await boss.get('/sent-mail');
      expect(list.text).toContain('No mail server is set');
      const href = /href="(\/sent-mail\/[^"]+)"/u.exec(list.text)?.[1] ?? '';
      const one = await boss.get(href);
      expect(one.status).toBe(200);
      expect(one.text).toContain('What it said');
      const html = await boss.get(`${href}/html`);
      expect(html.status).toBe(200);
      expect(html.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/u);
      expect(html.text).not.toMatch(/<script/iu);
      expect((await boss.get('/sent-mail/nothing@example.org')).status).toBe(404);
    });

    test('a coordinator of one partnership sees its mails and no others', async () => {
      const browser = await server.signIn(local);
      const list = await browser.get('/sent-mail');
      expect(list.text).toContain('Safe at Home');
      expect(list.text).not.toContain('Night shelter');
      expect(list.text).not.toContain('Sign in');
      const { mails } = await server.services.store.mails.list({ limit: 500 });
      const foreign = mails.filter(({ partnership }) => partnership !== world.elsewhere.id);
      expect(foreign.length).toBeGreaterThan(3);
      for (const { messageId } of foreign) {
        const path = `/sent-mail/${encodeURIComponent(messageId.slice(1, -1))}`;
        expect((await browser.get(path)).status).toBe(404);
        expect((await browser.get(`${path}/html`)).status).toBe(404);
      }
    });

    test('what a mail about a confidential record says is kept from an administrator', async () => {
      const browser = await server.signIn(technician);
      const { mails } = await server.services.store.mails.list({ limit: 500 });
      const { rows } = await server.services.store.instances.list({
        workflow: 'readiness',
        limit: 50,
      });
      const confidential = mails.find(({ instance }) => rows.some(({ id }) => id === instance));
      const path = `/sent-mail/${encodeURIComponent(confidential?.messageId.slice(1, -1) ?? '')}`;
      const one = await browser.get(path);
      expect(one.status).toBe(200);
      expect(one.text).toContain('for those concerned alone');
      expect(one.text).not.toContain(confidential?.subject);
      const html = await browser.get(`${path}/html`);
      expect(html.status).toBe(403);
      expect((await browser.get('/sent-mail')).text).toContain('About a confidential record');
    });
  });

  describe('parked tasks', () => {
    test('are shown with the reason in plain words, told by mail, and tried again', async () => {
      expect((await boss.get('/parked-tasks')).text).toContain('Nothing is parked');
      await parkTask(server, world);
      const page = await boss.get('/parked-tasks');
      expect(page.text).toContain(REFUSAL);
      expect(page.text).toContain('Send an e-mail to: Owner of the step');
      expect(page.text).toContain('tried once');
      const { mails } = await server.services.store.mails.list({ limit: 200 });
      const told = mails.filter(({ subject }) => subject.startsWith('Needs your attention'));
      expect(told.map(({ to }) => to)).toEqual([server.administrator.email]);
      expect(told[0]?.text).toContain(REFUSAL);
      const id = /name="id" value="([^"]+)"/u.exec(page.text)?.[1] ?? '';
      const foreign = await server.signIn(local);
      expect((await foreign.get('/parked-tasks')).text).not.toContain(REFUSAL);
      expect((await foreign.post('/parked-tasks/retry', { id })).status).toBe(404);
      expect((await boss.post('/parked-tasks/retry', { id })).status).toBe(303);
      expect((await boss.get('/parked-tasks')).text).toContain('It is tried again now');
      await server.worker.drain();
      expect((await boss.get('/parked-tasks')).text).toContain('Nothing is parked');
      const after = (await server.services.store.mails.list({ limit: 200 })).mails;
      expect(after.filter(({ to }) => to === world.trustManager.email).length).toBe(
        mails.filter(({ to }) => to === world.trustManager.email).length + 1,
      );
      expect((await boss.post('/parked-tasks/retry', { id })).status).toBe(404);
    });

    test('of a foreign partnership stay parked when others are tried again', async () => {
      await parkTask(server, world);
      const foreign = await server.signIn(local);
      await foreign.post('/parked-tasks/retry', { all: 'yes' });
      expect(await server.services.store.tasks.list({ state: 'parked', limit: 5 })).toHaveLength(1);
      await boss.post('/parked-tasks/retry', { all: 'yes' });
      expect(await server.services.store.tasks.list({ state: 'parked', limit: 5 })).toEqual([]);
      await server.worker.drain();
    });
  });

  describe('settings', () => {
    test('name, time zone, region and currency are changed', async () => {
      const answers = {
        name: 'North Coast',
        timeZone: 'Europe/Dublin',
        region: 'IE',
        currency: 'EUR',
      };
      // As they are written everywhere else.
      expect((await boss.get('/settings/installation')).text).toMatch(/>\s*Europe\/Dublin\s*</u);
      const done = await boss.post('/settings/installation', { ...answers, _step: 'send' });
      expect(done.location).toBe('/settings');
      const page = await boss.get('/settings');
      expect(page.text).toContain('North Coast');
      expect(page.text).toContain('Europe/Dublin');
      const bad = await boss.post('/settings/installation', {
        ...answers,
        timeZone: 'Moon/Base',
        _step: 'send',
      });
      expect(bad.status).toBe(422);
    });

    test('a workflow’s settings reach what is running, as a commit, and its dates move', async () => {
      const { store } = server.services;
      const before = await store.instances.get(world.elsewhere.instance);
      const { instance: fresh } = await startWorkflow(server.services, as(world.practitioner), {
        workflow: 'systemic-issue',
        partnership: world.shelter.id,
        form: {
          title: 'Forms in one language only',
          kind: 'procedure',
          barrier: 'None',
          effectOnClients: 'None',
          tried: 'None',
          evidence: 'None',
        },
      });
      expect((await store.instances.get(fresh))?.nextDueAt).toBe('2026-03-30T23:00:00.000Z');
      const form = await boss.get('/settings/workflows/systemic-issue');
      expect(form.text).toContain('Working days until the coordinator has looked at a new issue');
      const values = {
        sortingDays: '7',
        addingDays: '10',
        acknowledgeDays: '10',
        answerDays: '40',
      };
      const tooMany = await boss.post('/settings/workflows/systemic-issue', {
        ...values,
        sortingDays: '9000',
        _step: 'send',
      });
      expect(tooMany.status).toBe(422);
      const done = await boss.post('/settings/workflows/systemic-issue', {
        ...values,
        _step: 'send',
      });
      expect(done.status).toBe(303);
      expect((await boss.get('/settings')).text).toContain('2 running records');
      const after = await store.commits.head(world.issue);
      const commit = after && readCommit(after);
      expect(commit?.event.type).toBe('concordat.settings');
      expect(commit?.by?.person).toBe(server.administrator.id);
      expect(commit?.settings).toMatchObject({ sortingDays: 7 });
      expect((await store.instances.get(fresh))?.nextDueAt).toBe('2026-04-01T23:00:00.000Z');
      const again = await boss.post('/settings/workflows/systemic-issue', {
        ...values,
        _step: 'send',
      });
      expect(again.status).toBe(303);
      expect((await store.commits.head(world.issue))?.seq).toBe(after?.seq);
      expect((await store.instances.get(world.elsewhere.instance))?.seq).toBe(before?.seq);
    });

    test('a length of time that cannot be read is refused, and shown again', async () => {
      const lengths = { reviewPlanned: 'a while' };
      const wrong = await boss.post('/settings/workflows/partnership', {
        ...lengths,
        _step: 'send',
      });
      expect(wrong.status).toBe(422);
      expect(wrong.text).toContain('value="a while"');
      expect(wrong.text).toContain('must be a length of time, like 10 days, 12 weeks or 6 months');
    });

    test('a length of time is shown and typed in words', async () => {
      const form = await boss.get('/settings/workflows/review');
      expect(form.text).toContain('value="12 weeks"');
      const check = await boss.post('/settings/workflows/review', {
        opensBefore: '6 months',
        positionsWithin: 'P3W',
      });
      expect(check.text).toContain('6 months');
      expect(check.text).toContain('3 weeks');
      const sent = { opensBefore: '6 months', positionsWithin: '3 weeks', _step: 'send' };
      expect((await boss.post('/settings/workflows/review', sent)).status).toBe(303);
      const installation = await server.services.store.installation.get();
      expect(installation?.workflowSettings['review']).toEqual({
        opensBefore: 'P6M',
        positionsWithin: 'P3W',
      });
    });

    test('somebody is made coordinator, given another address, and shut out', async () => {
      const path = `/settings/people/${world.practitioner.id}`;
      const answers = {
        name: 'Pat Lowe',
        email: 'pat@harbour.example',
        organisation: world.refuge.id,
        coordinator: 'yes',
        administrator: 'no',
        maySignIn: 'yes',
      };
      const theirs = await server.signIn(world.practitioner);
      expect((await theirs.get('/partnerships')).text).not.toContain('Safe at Home');
      expect((await boss.post(path, { ...answers, _step: 'send' })).location).toBe(
        '/settings/people',
      );
      // With another address they are signed out, whoever it was that had read the old mailbox.
      expect((await theirs.get('/partnerships')).status).toBe(303);
      const anew = await server.signIn(world.practitioner);
      expect((await anew.get('/partnerships')).text).toContain('Safe at Home');
      const taken = await boss.post(path, { ...answers, email: world.lead.email, _step: 'send' });
      expect(taken.status).toBe(409);
      expect(taken.text).toContain('already has this e-mail address');
      await boss.post(path, { ...answers, maySignIn: 'no', _step: 'send' });
      expect((await anew.get('/partnerships')).status).toBe(303);
      expect((await boss.get('/settings/people?text=pat')).text).toContain('Can no longer sign in');
    });

    test('whose access was ended and is allowed again signs in anew: no browser, mailed link or program of theirs comes back by itself', async () => {
      const { services } = server;
      const { organisation } = world.lead;
      const person = await server.member(world.shelter, world.council, 'Nia Penn', [
        'practitioner',
      ]);
      const path = `/settings/people/${person.id}`;
      const answers = {
        name: person.name,
        email: person.email,
        organisation,
        coordinator: 'no',
        administrator: 'no',
        _step: 'send',
      };
      const theirs = await server.signIn(person);
      const sent = await makeSignInLink(services, person, { returnTo: null, lasts: 'P14D' });
      const token = await createToken(services, {
        email: person.email,
        label: 'Case',
        expires: null,
      });
      expect((await theirs.get('/work')).status).toBe(200);
      await boss.post(path, { ...answers, maySignIn: 'no' });
      expect((await theirs.get('/work')).status).toBe(303);
      await boss.post(path, { ...answers, maySignIn: 'yes' });
      expect((await theirs.get('/work')).status).toBe(303);
      await server.browser().post(new URL(sent.address).pathname);
      expect((await services.store.links.get(sent.id))?.state).toBe('withdrawn');
      await expect(askerOfToken(services, token.token)).rejects.toMatchObject({
        code: 'not-signed-in',
      });
      const anew = await server.signIn(
        (await services.store.directory.person(person.id)) ?? person,
      );
      expect((await anew.get('/work')).status).toBe(200);
      // to change something else of them ends nothing
      await boss.post(path, { ...answers, maySignIn: 'yes', name: 'Nia Pennant' });
      expect((await anew.get('/work')).status).toBe(200);
    });

    test('no administrator shuts themselves out', async () => {
      const { id, name, email, organisation } = server.administrator;
      const answers = {
        name,
        email,
        organisation,
        coordinator: 'yes',
        administrator: 'no',
        maySignIn: 'yes',
      };
      const refused = await boss.post(`/settings/people/${id}`, { ...answers, _step: 'send' });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('You cannot take this from yourself');
      expect((await boss.get('/settings')).status).toBe(200);
    });

    test('organisations are added and renamed, never two of one name', async () => {
      const added = await boss.post('/organisations/new', {
        name: 'Tenancy Advice',
        kind: 'charity',
        _step: 'send',
      });
      expect(added.location).toBe('/organisations');
      const twice = await boss.post('/organisations/new', {
        name: 'tenancy advice',
        kind: 'charity',
        _step: 'send',
      });
      expect(twice.status).toBe(422);
      const renamed = await boss.post(`/organisations/${world.trust.id}`, {
        name: 'Vale NHS Trust',
        kind: 'nhs',
        _step: 'send',
      });
      expect(renamed.location).toBe('/organisations');
      expect((await boss.get(`/partnerships/${world.shelter.id}`)).text).toContain(
        'Vale NHS Trust',
      );
      const clash = await boss.post(`/organisations/${world.trust.id}`, {
        name: 'Harbour Refuge',
        kind: 'nhs',
        _step: 'send',
      });
      expect(clash.status).toBe(422);
      expect(clash.text).toContain('value="Harbour Refuge"');
    });

    test('an API token is ended by an administrator', async () => {
      const { token, id } = await createToken(server.services, {
        email: server.administrator.email,
        label: 'Case system',
        expires: null,
      });
      const page = await boss.get('/settings/tokens');
      expect(page.text).toContain('Case system');
      expect(page.text).not.toContain(token);
      expect((await boss.post('/settings/tokens/revoke', { id })).status).toBe(303);
      expect((await boss.get('/settings/tokens')).text).toContain('no longer works');
      expect((await boss.post('/settings/tokens/revoke', { id: 'nothing' })).status).toBe(404);
    });
  });

  test('each workflow is told in words, checked, and drawn', async () => {
    for (const { definition } of server.services.workflows.newest()) {
      const page = await boss.get(`/workflows/${definition.id}`);
      expect(page.status, definition.id).toBe(200);
      expect(page.text, definition.id).toContain('Nothing in it was found wrong');
      const diagram = await boss.get(`/workflows/${definition.id}/diagram.svg`);
      expect(diagram.headers.get('content-type')).toContain('image/svg+xml');
      expect(diagram.text).toMatch(/^<svg /u);
    }
    expect((await boss.get('/workflows/nothing')).status).toBe(404);
  }, 60_000);

  test('the page of a workflow gives its file as it was published, says how to change it and offers its settings to whoever may change them', async () => {
    const { workflows } = server.services;
    const { definition, hash } = workflows.newestOf('agreement');
    const page = await boss.get('/workflows/agreement');
    expect(page.text).toContain('href="#change"');
    expect(page.text).toContain('href="/workflows/agreement/workflow.json"');
    expect(page.text).toContain(`write ${definition.version + 1} as its “version”`);
    expect(page.text).toContain('href="/settings/workflows/agreement"');
    const file = await boss.get('/workflows/agreement/workflow.json');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; .*agreement\.json/u);
    expect(sha256(canonicalJson(JSON.parse(file.text)))).toBe(hash);
    const lead = await server.signIn(world.lead);
    const { text } = await lead.get('/workflows/agreement');
    expect(text).toContain('href="/workflows/agreement/workflow.json"');
    expect(text).not.toContain('/settings/');
  });

  test('the page of a workflow says while what something is not possible, and not before what', async () => {
    const { text } = await boss.get('/workflows/agreement');
    expect(text).toContain('Not while: The checklist has been started already.');
    expect(text).not.toContain('Not before:');
  });
});
