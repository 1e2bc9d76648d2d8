import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvLine } from '../../../server/http/csv.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { as, sampleWorld, type SampleWorld } from '../../support/sample-world.ts';
import { startTestServer, type TestBrowser, type TestServer } from '../../support/test-server.ts';

describe('registers of any workflow', () => {
  let server: TestServer;
  let world: SampleWorld;
  let coordinator: TestBrowser;
  let member: TestBrowser;

  beforeAll(async () => {
    server = await startTestServer();
    world = await sampleWorld(server);
    coordinator = await server.signIn(server.administrator);
    member = await server.signIn(world.practitioner);
    const raise = (title: string) =>
      startWorkflow(server.services, as(world.practitioner), {
        workflow: 'systemic-issue',
        partnership: world.shelter.id,
        form: {
          title,
          kind: 'money',
          barrier: 'None',
          effectOnClients: 'None',
          tried: 'None',
          evidence: 'None',
        },
      });
    await raise('=HYPERLINK("https://example.org")');
    for (let n = 1; n <= 30; n += 1) await raise(`Barrier ${n}`);
  });
  afterAll(async () => {
    await server.stop();
  });

  test('there is one for each workflow that names its columns', async () => {
    const page = await member.get('/registers');
    for (const title of ['Agreements', 'Disputes', 'Partnerships', 'Readiness', 'Reviews']) {
      expect(page.text).toContain(title);
    }
    for (const { definition } of server.services.workflows.newest()) {
      const one = await coordinator.get(`/registers/${definition.id}`);
      expect(one.status, definition.id).toBe(200);
    }
    expect((await coordinator.get('/registers/nothing')).status).toBe(404);
    expect((await coordinator.get('/registers/nothing.csv')).status).toBe(404);
  });

  test('it shows names, choices and dates in words, a page at a time', async () => {
    const page = await coordinator.get('/registers/systemic-issue');
    expect(page.text).toContain('Money and how it may be spent');
    expect(page.text).toContain('Harbour Refuge');
    expect(page.text).toContain('23 March 2026');
    expect(page.text).not.toContain(world.refuge.id);
    const next = /href="([^"]+)" rel="next"/u.exec(page.text)?.[1]?.replaceAll('&#x3D;', '=') ?? '';
    const second = await coordinator.get(next);
    expect(page.text + second.text).toContain('No beds for people with dogs');
    expect(second.text).toContain('Back to the first page');
    const titles = (text: string) => text.match(/>Systemic issue: [^<]+</gu) ?? [];
    expect(new Set([...titles(page.text), ...titles(second.text)]).size).toBe(32);
  });

  test('a member of one partnership pages through it as well, and sees each record once', async () => {
    const { store } = server.services;
    const places = await store.directory.membershipsOf(world.practitioner.id);
    expect(places).toHaveLength(1);
    const [{ partnership } = { partnership: '' }] = places;
    const { rows } = await store.instances.list({
      workflow: 'systemic-issue',
      partnership,
      limit: 99,
    });
    const seen: string[] = [];
    let path: string | undefined = '/registers/systemic-issue';
    for (let pages = 0; path !== undefined && pages < 9; pages += 1) {
      const { text }: { readonly text: string } = await member.get(path);
      for (const [, id = ''] of text.matchAll(/href="\/instances\/([\w-]+)"/gu)) seen.push(id);
      path = /href="([^"]+)" rel="next"/u.exec(text)?.[1]?.replaceAll('&#x3D;', '=');
    }
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  test('words, state, dates and partnership leave out what does not match', async () => {
    const read = async (query: string) =>
      (await coordinator.get(`/registers/systemic-issue${query}`)).text;
    expect(await read('?text=dogs')).not.toContain('Barrier 1');
    expect(await read('?text=dogs%20refuge')).toContain('No beds');
    expect(await read('?overdue=yes')).toContain('No beds');
    expect(await read('?overdue=yes')).not.toContain('Barrier 1');
    expect(await read('?state=open.adding')).toContain('No record matches');
    expect(await read('?state=open.raised&status=active&text=barrier%2030')).toContain(
      'Barrier 30',
    );
    expect(await read('?status=done')).toContain('No record matches');
    expect(await read(`?partnership=${world.elsewhere.id}`)).toContain('No record matches');
  });

  test('it is put in order by any column, and back', async () => {
    const order = async (query: string) =>
      (
        (await coordinator.get(`/registers/systemic-issue?${query}`)).text.match(/Barrier \d+/gu) ??
        []
      ).slice(0, 3);
    expect(await order('sort=title&text=barrier')).toEqual(['Barrier 1', 'Barrier 2', 'Barrier 3']);
    expect(await order('sort=title&order=down&text=barrier')).toEqual([
      'Barrier 30',
      'Barrier 29',
      'Barrier 28',
    ]);
    expect(await order('sort=title&text=barrier&after=o25')).toEqual([
      'Barrier 26',
      'Barrier 27',
      'Barrier 28',
    ]);
    expect((await coordinator.get('/registers/systemic-issue?sort=__proto__')).status).toBe(200);
  });

  test('the file holds every row once, and nothing in it is calculated', async () => {
    for (const browser of [coordinator, member]) {
      const file = await browser.get('/registers/systemic-issue.csv');
      expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(file.headers.get('content-disposition')).toContain('systemic-issue.csv');
      const raw = file.text;
      const lines = raw.trimEnd().split('\r\n');
      expect(lines).toHaveLength(33);
      expect(lines[0]).toContain('Record,Partnership,');
      expect(raw).toContain('2026-03-23');
      for (const line of lines) expect(line).not.toMatch(/^[=+\-@]|,[=+\-@]/u);
    }
    const bytes = await fetch(`${server.url}/registers/review.csv`, {
      headers: { cookie: coordinator.cookie() },
    });
    expect([...new Uint8Array(await bytes.arrayBuffer()).slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });

  test('a spreadsheet that splits at semicolons gets its own file', async () => {
    const { text } = await coordinator.get('/registers/systemic-issue?status=active');
    expect(text).toContain(
      '/registers/systemic-issue.csv?status&#x3D;active&amp;separator&#x3D;semicolon',
    );
    for (const name of ['registers/systemic-issue', 'dates']) {
      const comma = (await coordinator.get(`/${name}.csv`)).text.split('\r\n');
      const other = (await coordinator.get(`/${name}.csv?separator=semicolon`)).text.split('\r\n');
      expect(other[0]).toBe(comma[0]?.replaceAll(',', ';'));
      expect(other).toHaveLength(comma.length);
    }
  });

  test('cells that begin like a formula, by whatever separator, are defused, and others are quoted where they must be', () => {
    expect(csvLine(['=1+1', '+1', '-1', '@x', '\tx', '\rx'])).toBe(
      `'=1+1,'+1,'-1,'@x,"'\tx","'\rx"\r\n`,
    );
    expect(csvLine(['a;=1+1', 'b\t@x', 'c,"=1', 'd\n-1', 'minus -1', '5 - 3'])).toBe(
      `"a;'=1+1","b\t'@x","c,""'=1","d\n'-1",minus -1,5 - 3\r\n`,
    );
    expect(csvLine(['a;b', 'c,d', 'e'], ';')).toBe('"a;b";"c,d";e\r\n');
    expect(csvLine(['a,b', 'say "yes"', 'two\nlines', 'plain'])).toBe(
      '"a,b","say ""yes""","two\nlines",plain\r\n',
    );
  });

  test('confidential records of others are in no list, no file and no count', async () => {
    const others = await server.signIn(world.practitioner);
    for (const path of [
      '/registers/dispute',
      '/registers/dispute?sort=title',
      '/registers/dispute.csv',
      `/registers/dispute?partnership=${world.shelter.id}`,
      `/partnerships/${world.shelter.id}`,
      '/partnerships?text=night',
      '/work',
    ]) {
      const page = await others.get(path);
      expect(page.status, path).toBe(200);
      expect(page.text, path).not.toContain('night nurse');
      expect(page.text, path).not.toContain(world.dispute);
    }
    const raiser = await server.signIn(world.trustManager);
    expect((await raiser.get('/registers/dispute')).text).toContain('night nurse');
    const readiness = await others.get('/registers/readiness');
    expect(readiness.text).toContain('no record of this kind');
  });

  test('a register of a foreign partnership is not there, and a made-up cursor is refused', async () => {
    const stranger = await server.signIn(world.stranger);
    const foreign = await stranger.get(`/registers/systemic-issue?partnership=${world.shelter.id}`);
    expect(foreign.status).toBe(404);
    const all = await stranger.get('/registers/systemic-issue');
    expect(all.text).not.toContain('No beds');
    expect(
      (await stranger.get('/registers/systemic-issue.csv')).text.trimEnd().split('\r\n'),
    ).toHaveLength(1);
    expect((await coordinator.get('/registers/systemic-issue?after=nonsense')).status).toBe(400);
  });
});
