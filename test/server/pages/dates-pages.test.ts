import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConcordatError } from '../../../engine/errors.ts';
import { everyDue } from '../../../server/use-cases/list-due.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { datesFile } from '../../../web/presenters/dates-page.ts';
import { as, sampleWorld, type SampleWorld } from '../../support/sample-world.ts';
import { startTestServer, type TestBrowser, type TestServer } from '../../support/test-server.ts';

describe('the dates of all partnerships', () => {
  let server: TestServer;
  let world: SampleWorld;
  let coordinator: TestBrowser;

  beforeAll(async () => {
    server = await startTestServer();
    world = await sampleWorld(server);
    coordinator = await server.signIn(server.administrator);
  });
  afterAll(async () => {
    await server.stop();
  });

  const linesOf = (text: string): readonly string[] => text.trimEnd().split('\r\n').slice(1);

  test('what is overdue stands first, then this week, then the next 30 days, then later, each with its day and whom it waits for', async () => {
    const { text, status } = await coordinator.get('/dates');
    expect(status).toBe(200);
    const places = [
      'Overdue',
      'This week, to Sunday 29 March 2026',
      'In the next 30 days',
      'Later',
    ];
    const at = places.map((title) => text.indexOf(`>${title}</h2>`));
    expect(Math.min(...at)).toBeGreaterThan(0);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
    expect(text).toContain('Secure money and resources');
    expect(text).toContain('13 March 2026, 10 days overdue');
    expect(text).toContain('Nobody yet: ');
    expect(text).toContain('Józef Łódzki');
    expect(text).not.toContain(`>${world.trustManager.id}`);
  });

  test('a deadline is listed once, with the days its reminders go out, and not again as a step', async () => {
    const { items } = await everyDue(server.services, as(server.administrator), world.shelter.id);
    const needs = items.filter(({ title }) => title?.includes('Agree on local needs'));
    expect(needs.map(({ kind, lastDay }) => [kind, lastDay])).toEqual([
      ['reminder', '2026-04-23'],
      ['deadline', '2026-04-30'],
    ]);
    expect(needs.map(({ waitsFor }) => waitsFor.people)).toEqual([
      [world.trustManager.id],
      [world.trustManager.id],
    ]);
  });

  test('every open deadline of what the reader may see is there, and nothing of what they may not', async () => {
    const of = async (browser: TestBrowser): Promise<string> =>
      (await browser.get('/dates.csv')).text;
    const raiser = await of(await server.signIn(world.trustManager));
    expect(raiser).toContain('night nurse');
    const { rows } = await server.services.store.instances.list({
      partnership: world.shelter.id,
      status: 'active',
      limit: 100,
    });
    for (const { id, nextDueAt, workflow } of rows) {
      if (nextDueAt !== null && workflow !== 'readiness') expect(raiser, workflow).toContain(id);
    }
    for (const person of [world.practitioner, world.observer, world.stranger]) {
      const browser = await server.signIn(person);
      for (const path of ['/dates', '/dates.csv', '/work']) {
        const { text } = await browser.get(path);
        expect(text, `${person.name} ${path}`).not.toContain('night nurse');
        expect(text, `${person.name} ${path}`).not.toContain(world.dispute);
      }
    }
    const stranger = await server.signIn(world.stranger);
    expect((await stranger.get(`/dates?partnership=${world.shelter.id}`)).status).toBe(404);
    expect((await stranger.get(`/dates.csv?partnership=${world.shelter.id}`)).status).toBe(404);
    expect(linesOf(await of(stranger)).join()).not.toContain('Night shelter');
  });

  test('the filter leaves what was chosen, on the page and in the file, and nothing in the file is calculated', async () => {
    const read = async (query: string): Promise<readonly string[]> =>
      linesOf((await coordinator.get(`/dates.csv${query}`)).text);
    const all = await read('');
    expect(all.length).toBeGreaterThan(8);
    for (const line of await read('?kind=reminder')) expect(line).toContain(',Reminders,');
    for (const line of await read('?workflow=systemic-issue')) expect(line).toContain('dogs');
    const his = await read(`?who=${world.trustManager.id}`);
    expect(his.length).toBeGreaterThan(0);
    for (const line of his) expect(line).toContain('Józef Łódzki');
    expect((await read('?who=nobody')).length).toBeGreaterThan(0);
    expect(await read('?kind=nonsense')).toEqual([]);
    const elsewhere = await read(`?partnership=${world.elsewhere.id}`);
    expect(elsewhere.length).toBeGreaterThan(0);
    expect(elsewhere.length).toBeLessThan(all.length);
    const page = await coordinator.get('/dates?kind=nonsense');
    expect(page.text).toContain('No date matches');
    expect(page.text).toContain('Clear the filter');
    for (const line of all) expect(line).not.toMatch(/^[=+\-@]|,[=+\-@]/u);
  });

  test('the menu leads to it for those who coordinate or lead, and an empty list of work shows what others let pass', async () => {
    const has = async (browser: TestBrowser): Promise<boolean> =>
      (await browser.get('/partnerships')).text.includes('href="/dates"');
    expect(await has(coordinator)).toBe(true);
    expect(await has(await server.signIn(world.lead))).toBe(true);
    expect(await has(await server.signIn(world.practitioner))).toBe(false);
    const { directory } = server.services.store;
    const watcher = { ...server.administrator, id: 'BBBBBBBBBBBBBBBBBBBB', email: 'w@x.example' };
    await directory.putPerson(watcher);
    const { text } = await (await server.signIn(watcher)).get('/work');
    expect(text).toContain('Nothing waits for you');
    expect(text).toContain('Overdue in your partnerships');
    expect(text).toContain('Secure money and resources');
    expect(text).toContain('href="/dates"');
    const observer = await (await server.signIn(world.observer)).get('/work');
    expect(observer.text).not.toContain('Overdue in your partnerships');
  });

  test('a partnership shows what is overdue with its day and what it is about', async () => {
    const { text } = await coordinator.get(`/partnerships/${world.shelter.id}`);
    const card = text.slice(text.indexOf('>Next dates<'), text.indexOf('>Start something<'));
    expect(card).toMatch(
      /Secure money and resources<\/a><br><span class="app-overdue">13 March 2026/u,
    );
    expect(card).not.toContain('>Overdue<');
    const list = await coordinator.get('/partnerships');
    expect(list.text).toContain('9 March 2026, 14 days overdue');
    expect(list.text).toContain('Coordinator looks at the issue');
    const register = await coordinator.get('/registers/partnership');
    expect(register.text).toContain('13 March 2026, 10 days overdue');
  });

  test('a damaged record takes its own dates away and no others, and the page says so', async () => {
    const { services } = server;
    const head = (instance: string) =>
      instance === world.issue
        ? Promise.reject(new ConcordatError('store-damaged', 'a flipped bit'))
        : services.store.commits.head(instance);
    const store = { ...services.store, commits: { ...services.store.commits, head } };
    const due = await everyDue({ ...services, store }, as(world.lead), world.shelter.id);
    expect(due.unreadable).toBe(1);
    expect(due.items.length).toBeGreaterThan(3);
    expect(due.items.map(({ row }) => row.id)).not.toContain(world.issue);
  });

  test('with more records than can be read at once nothing overdue or near is left out, and page and file say so', async () => {
    const asker = as(server.administrator);
    const all = await everyDue(server.services, asker);
    expect(all.tooMany).toBe(false);
    const late = new Set(all.items.filter(({ overdue }) => overdue).map(({ row }) => row.id));
    expect(late.size).toBeGreaterThan(0);
    const some = await everyDue(server.services, asker, undefined, late.size + 1);
    expect(some.tooMany).toBe(true);
    const shown = some.items.filter(({ overdue }) => overdue);
    expect(shown).toHaveLength(all.items.filter(({ overdue }) => overdue).length);
    const given = {
      filter: { partnership: '', workflow: '', kind: '', who: '' },
      names: new Map<string, string>(),
      partnerships: new Map<string, string>(),
      workflows: new Map<string, string>(),
      clock: { now: server.clock.now(), timeZone: 'Europe/London' },
      url: 'https://partners.example.org',
    };
    expect(datesFile({ ...given, due: some }).at(-1)?.[0]).toContain('Not all: the latest dates');
    expect(datesFile({ ...given, due: all }).at(-1)?.[0]).not.toContain('Not all');
  });

  test('dates come a page at a time', async () => {
    for (let n = 1; n <= 60; n += 1) {
      await startWorkflow(server.services, as(world.practitioner), {
        workflow: 'systemic-issue',
        partnership: world.shelter.id,
        form: {
          title: `Barrier ${n}`,
          kind: 'money',
          barrier: 'None',
          effectOnClients: 'None',
          tried: 'None',
          evidence: 'None',
        },
      });
    }
    const first = await coordinator.get('/dates?kind=deadline');
    expect(first.text.match(/<tr /gu)?.length).toBeLessThan(60);
    expect(first.text).toContain('/dates?kind&#x3D;deadline&amp;page&#x3D;2');
    const second = await coordinator.get('/dates?kind=deadline&page=2');
    const titles = (text: string) => text.match(/Barrier \d+/gu) ?? [];
    expect(new Set([...titles(first.text), ...titles(second.text)]).size).toBe(60);
  });

  test('a change of the record, of the members or of the time is seen at once by whoever has just looked', async () => {
    const { services, clock, worker } = server;
    const { directory } = services.store;
    const read = async () => (await everyDue(services, as(world.lead), world.shelter.id)).items;
    const titled = async (title: string, kind = 'deadline') =>
      (await read()).find((one) => one.title?.includes(title) === true && one.kind === kind);
    const [membership] = (await directory.members(world.shelter.id)).filter(
      ({ person }) => person === world.trustManager.id,
    );
    if (!membership) throw new Error('no membership');
    const before = await read();
    const asked = before.filter(({ waitsFor }) => waitsFor.people.includes(world.trustManager.id));
    expect(asked.length).toBeGreaterThan(0);
    await directory.putMembership({ ...membership, roles: ['observer'] });
    const without = (await read()).filter(
      ({ waitsFor, kind, row }) =>
        kind === 'deadline' &&
        row.workflow === 'readiness' &&
        waitsFor.people.includes(world.trustManager.id),
    );
    expect(without).toEqual([]);
    await directory.putMembership(membership);
    expect(await read()).toEqual(before);

    await sendEvent(services, as(server.administrator), {
      instance: world.shelter.instance,
      event: 'PLAN_STAGE',
      fields: { needsOwner: world.lead.id, needsDue: '2026-04-29', fundingDue: '2026-03-13' },
    });
    const moved = await titled('Agree on local needs');
    expect(moved?.lastDay).toBe('2026-04-29');
    expect(moved?.waitsFor.people).toEqual([world.lead.id]);

    expect((await titled('Agree on local needs', 'reminder'))?.lastDay).toBe('2026-04-22');
    clock.advanceTo('2026-04-22T07:59:59.999Z');
    expect(await titled('Agree on local needs', 'reminder')).toBeDefined();
    clock.advanceTo('2026-04-22T08:00:00.000Z');
    expect(await titled('Agree on local needs', 'reminder')).toBeUndefined();
    await worker.drain();
  });
});
