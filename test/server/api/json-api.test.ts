import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { posted } from '../../support/api-client.ts';
import { type ApiScene, apiScene } from '../../support/api-scene.ts';

interface Read {
  readonly id: string;
  readonly seq: number;
  readonly hash: string;
  readonly status: string;
  readonly title: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly options: readonly {
    readonly event: string;
    readonly theirs: boolean;
    readonly form: { readonly required?: readonly string[] };
    readonly unmet: readonly { readonly sentence: string; readonly items?: readonly object[] }[];
  }[];
  readonly deadlines: readonly { readonly deadline: string; readonly dueAt: string | null }[];
}
interface Recorded {
  readonly instance: string;
  readonly seq: number;
  readonly hash: string;
}
interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | number | null;
}

let scene: ApiScene;
beforeAll(async () => {
  scene = await apiScene();
});
afterAll(() => scene.end());

const read = (instance: string): Promise<Read> => scene.asManager.get(`/instances/${instance}`);
const comment = (text: string): object => ({ event: 'COMMENT', fields: { text } });

describe('who asks', () => {
  test('a token acts for its person, with their roles', async () => {
    const me = await scene.asManager.get<{ name: string; memberships: object[] }>('/me');
    expect(me.name).toBe('Marta Manager');
    expect(me.memberships).toEqual([
      { partnership: scene.place.id, organisation: scene.health.id, roles: ['manager'] },
    ]);
  });

  test('organisations and people are those of one’s own partnerships, addresses those of colleagues', async () => {
    const organisations = await scene.asOutsider.get<Page<{ name: string }>>('/organisations');
    expect(organisations.items.map(({ name }) => name)).toEqual([
      'Far Away Trust',
      'Harbour Refuge',
    ]);
    const people =
      await scene.asManager.get<Page<{ name: string; email: string | null }>>('/people');
    const addresses = Object.fromEntries(people.items.map(({ name, email }) => [name, email]));
    expect(addresses['Ola Observer']).toBe('ola.observer@example.org');
    expect(addresses['Olu Other']).toBe(null);
    expect(addresses).not.toHaveProperty('Otto Outsider');
    const all = await scene.asCoordinator.get<Page<{ email: string | null }>>('/people');
    expect(all.items).toHaveLength(6);
    expect(all.items.every(({ email }) => email !== null)).toBe(true);
  });
});

describe('workflows', () => {
  test('each says who may start it, its form, where an instance can stand and what people can do', async () => {
    const { items } = await scene.asManager.get<Page<{ id: string }>>('/workflows');
    for (const { id } of items) await scene.asManager.get(`/workflows/${id}`);
    const request = await scene.asManager.get<{
      start: { form: { required: string[] }; who: string[] };
      states: { path: string; title: string }[];
      events: { event: string }[];
    }>('/workflows/request');
    expect(request.start.form.required).toEqual(['subject', 'amount']);
    expect(request.start.who).toEqual(['Manager', 'Coordinator']);
    expect(request.states.map(({ title }) => title)).toContain('Waiting for the decision');
    expect(request.events.map(({ event }) => event)).toContain('DECIDE');
  });
});

describe('partnerships', () => {
  test('a coordinator sets one up, once under one key, and reads it', async () => {
    const body = {
      form: { title: 'South Coast', purpose: 'To share one front door.' },
      lead: scene.health.id,
      organisations: [scene.health.id, scene.charity.id],
    };
    const made = await scene.asCoordinator.post<{ id: string; instance: string }>(
      '/partnerships',
      body,
      'south-coast',
    );
    const again = await scene.asCoordinator.post('/partnerships', body, 'south-coast');
    expect(again).toEqual(made);
    const known = await scene.asCoordinator.get<{ title: string; members: object[] }>(
      `/partnerships/${made.id}`,
    );
    expect(known.title).toBe('South Coast');
    expect(known.members).toHaveLength(1);
    const course = await scene.asCoordinator.get<Read>(`/instances/${made.instance}`);
    expect(course.title).toContain('South Coast');
  });

  test('a list is read a page at a time, each once', async () => {
    const ids: string[] = [];
    let after = '';
    for (;;) {
      const page = await scene.asCoordinator.get<Page<{ id: string }>>(
        `/partnerships?limit=1${after}`,
      );
      ids.push(...page.items.map(({ id }) => id));
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(ids).toContain(scene.place.id);
    expect(ids).toContain(scene.far.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('an instance', () => {
  test('is started, read, worked on and ended, and every answer shows what was just written', async () => {
    const id = await scene.request('A shared van');
    const fresh = await read(id);
    expect(fresh).toMatchObject({ id, seq: 1, status: 'active', title: 'Request: A shared van' });
    const decide = fresh.options.find(({ event }) => event === 'DECIDE');
    expect(decide?.theirs).toBe(true);
    expect(decide?.form.required).toEqual(['decision']);
    expect(decide?.unmet).toMatchObject([{ sentence: 'Not every organisation has commented.' }]);
    expect(decide?.unmet[0]?.items).toHaveLength(2);

    const first = await scene.asManager.post<Recorded>(`/instances/${id}/events`, {
      ...comment('We need it'),
      expectedSeq: fresh.seq,
    });
    expect(await read(id)).toMatchObject({ seq: first.seq, hash: first.hash });
    await scene.asOther.post(`/instances/${id}/events`, comment('So do we'));
    await scene.asManager.post(`/instances/${id}/events`, {
      event: 'DECIDE',
      fields: { decision: 'We pay half' },
    });
    const ended = await read(id);
    expect(ended).toMatchObject({ status: 'done', options: [], data: { decision: 'We pay half' } });
  });

  test('a repeat under one key gets the first answer and changes nothing, also when it starts one', async () => {
    const body = {
      workflow: 'request',
      partnership: scene.place.id,
      form: { subject: 'Once', amount: 5 },
    };
    const first = await scene.asManager.send('POST', '/instances', posted(body, 'start-once'));
    const second = await scene.asManager.send('POST', '/instances', posted(body, 'start-once'));
    expect(second.status).toBe(first.status);
    expect(second.text).toBe(first.text);
    expect(first.headers.get('idempotency-replayed')).toBe(null);
    expect(second.headers.get('idempotency-replayed')).toBe('true');

    const { instance } = first.json as Recorded;
    const said = posted(comment('Once'), 'say-once');
    const events = `/instances/${instance}/events`;
    const answer = await scene.asManager.send('POST', events, said);
    expect((await scene.asManager.send('POST', events, said)).text).toBe(answer.text);
    // even when it could no longer be done
    await scene.asManager.post(events, { event: 'WITHDRAW' });
    expect((await scene.asManager.send('POST', events, said)).text).toBe(answer.text);
    expect((await read(instance)).data['comments']).toHaveLength(1);
  });

  test('twenty racing senders under one key record it once', async () => {
    const id = await scene.request('Race');
    const sent = posted(comment('Me'), 'race');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        scene.asManager.send('POST', `/instances/${id}/events`, sent),
      ),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await read(id)).data['comments']).toHaveLength(1);
  });

  test('a key that was used for something else is refused, and nothing is recorded', async () => {
    const id = await scene.request('Two things');
    const events = `/instances/${id}/events`;
    await scene.asManager.post(events, comment('One'), 'one-key');
    const other = await scene.asManager.send('POST', events, posted(comment('Two'), 'one-key'));
    expect(other.json).toMatchObject({ status: 422, code: 'idempotency-mismatch' });
    expect((await read(id)).data['comments']).toHaveLength(1);
    const start = (partnership: string): object => ({
      workflow: 'request',
      partnership,
      form: { subject: 'Here or there', amount: 5 },
    });
    await scene.asCoordinator.post('/instances', start(scene.place.id), 'one-start');
    const elsewhere = await scene.asCoordinator.send(
      'POST',
      '/instances',
      posted(start(scene.far.id), 'one-start'),
    );
    expect(elsewhere.json).toMatchObject({ status: 422, code: 'idempotency-mismatch' });
  });

  test('a deadline moves with a correction, which only the coordinator makes', async () => {
    const id = await scene.request('Review it');
    await scene.asManager.post(`/instances/${id}/events`, {
      event: 'PLAN',
      fields: { reviewOn: '2026-05-01', urgency: 'now', contact: '01234 567890' },
    });
    const before = await read(id);
    expect(before.data['contact']).toBe('01234 567890');
    const change = { changes: { reviewOn: '2026-06-01' }, reason: 'A typing error' };
    const refused = await scene.asManager.refused('POST', `/instances/${id}/corrections`, change);
    expect(refused).toMatchObject({ status: 403, code: 'not-allowed' });
    await scene.asCoordinator.post(`/instances/${id}/corrections`, {
      ...change,
      expectedSeq: before.seq,
    });
    const after = await read(id);
    expect(after.data['reviewOn']).toBe('2026-06-01');
    expect(after.deadlines[0]?.dueAt).not.toBe(before.deadlines[0]?.dueAt);
  });

  test('lists hold what one may see, by partnership, workflow and status, a page at a time', async () => {
    const concern = await scene.asExecutive.post<Recorded>('/instances', {
      workflow: 'concern',
      partnership: scene.place.id,
      form: { subject: 'Between us' },
    });
    const ids = async (client: ApiScene['asManager'], query: string): Promise<string[]> => {
      const found: string[] = [];
      let after = '';
      for (;;) {
        const page = await client.get<Page<{ id: string }>>(`/instances?limit=2${query}${after}`);
        found.push(...page.items.map(({ id }) => id));
        if (page.next === null) return found;
        after = `&after=${page.next}`;
      }
    };
    const mine = await ids(scene.asManager, '');
    expect(mine).not.toContain(concern.instance);
    expect(mine).toContain(scene.place.instance);
    expect(mine).not.toContain(scene.far.instance);
    expect(new Set(mine).size).toBe(mine.length);
    expect(await ids(scene.asExecutive, '&workflow=concern')).toEqual([concern.instance]);
    const open = await ids(scene.asManager, `&partnership=${scene.place.id}&status=active`);
    expect(open.length).toBeLessThan(mine.length);
    expect(mine).toEqual(expect.arrayContaining(open));
  });
});

describe('history', () => {
  test('is told in sentences and can be checked from the outside, commit by commit', async () => {
    const id = await scene.request('Evidence');
    await scene.asManager.post(`/instances/${id}/events`, comment('We need it'));
    await scene.asOther.post(`/instances/${id}/events`, comment('So do we'));
    interface Entry {
      readonly seq: number;
      readonly hash: string;
      readonly previous: string | null;
      readonly what: string;
      readonly who: string;
    }
    const path = `/instances/${id}/history`;
    const first = await scene.asManager.get<Page<Entry>>(`${path}?limit=2`);
    expect(first.next).toBe(2);
    const rest = await scene.asManager.get<Page<Entry>>(`${path}?after=${first.next}`);
    const entries = [...first.items, ...rest.items];
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(entries[1]?.what).toBe('Łódź Health commented: We need it');
    expect(entries[1]?.who).toBe(
      'Marta Manager, Łódź Health (Manager), by a program with their token',
    );
    let previous: string | null = null;
    for (const entry of entries) {
      const { text, headers } = await scene.asManager.send('GET', `${path}/${entry.seq}`);
      expect(createHash('sha256').update(text).digest('hex')).toBe(entry.hash);
      expect(headers.get('etag')).toBe(`"${entry.hash}"`);
      expect(entry.previous).toBe(previous);
      expect((JSON.parse(text) as { previous: string | null }).previous).toBe(previous);
      previous = entry.hash;
    }
  });
});

describe('documents', () => {
  const octets = { 'content-type': 'application/octet-stream' };

  test('a file is uploaded, named in a form, and read byte for byte by those who see the instance', async () => {
    const id = await scene.request('With evidence');
    const body = '%PDF-1.7 the evidence\n';
    const uploads = `/instances/${id}/uploads?name=evidence.pdf`;
    const upload = await scene.asManager.send('POST', uploads, { body, headers: octets });
    expect(upload.status).toBe(201);
    const { hash } = upload.json as { hash: string };
    expect(hash).toBe(createHash('sha256').update(body).digest('hex'));
    await scene.asManager.post(`/instances/${id}/events`, {
      event: 'PLAN',
      fields: { reviewOn: '2026-05-01', urgency: 'later', evidence: hash },
    });
    const document = `/instances/${id}/documents/${hash}`;
    const read = await scene.asOther.send('GET', document);
    expect(read.text).toBe(body);
    expect(read.headers.get('content-type')).toBe('application/pdf');
    expect(read.headers.get('content-disposition')).toMatch(/^attachment/u);
    const known = await scene.asOther.send('GET', document, {
      // else fetch would ask for a fresh one
      headers: { 'if-none-match': `"${hash}"`, 'cache-control': 'max-age=0' },
    });
    expect(known.status).toBe(304);
    const elsewhere = await scene.request('Another');
    const far = await scene.asOutsider.post<{ instance: string }>('/instances', {
      workflow: 'request',
      partnership: scene.far.id,
      form: { subject: 'Of other partners', amount: 1 },
    });
    for (const [client, other] of [
      [scene.asManager, elsewhere],
      [scene.asOutsider, far.instance],
    ] as const) {
      const theirs = { body: `%PDF-1.7 of ${other}\n`, headers: octets };
      const path = `/instances/${other}/uploads?name=theirs.pdf`;
      expect((await client.send('POST', path, theirs)).status).toBe(201);
    }
    const wrong = await scene.asManager.refused('GET', `/instances/${elsewhere}/documents/${hash}`);
    expect(wrong.code).toBe('not-found');
    const listed = await scene.asManager.get<Page<{ hash: string }>>(`/instances/${id}/documents`);
    expect(listed.items.map((one) => one.hash)).toEqual([hash]);
  });

  test('a file of another kind, an empty one and one from who may only read are refused', async () => {
    const id = await scene.request('No evidence');
    const upload = (client: ApiScene['asManager'], name: string, body: string) =>
      client.send('POST', `/instances/${id}/uploads?name=${name}`, { body, headers: octets });
    expect((await upload(scene.asManager, 'evil.exe', 'MZ')).json).toMatchObject({
      code: 'invalid-input',
    });
    expect((await upload(scene.asManager, 'fake.pdf', 'MZ')).json).toMatchObject({
      code: 'invalid-input',
    });
    expect((await upload(scene.asManager, 'empty.txt', '')).status).toBe(422);
    expect((await upload(scene.asObserver, 'note.txt', 'hello')).json).toMatchObject({
      status: 403,
      code: 'not-allowed',
    });
    const large = 'x'.repeat(10 * 1024 * 1024 + 1);
    expect((await upload(scene.asManager, 'large.txt', large)).json).toMatchObject({
      status: 413,
      code: 'too-large',
    });
  });
});

describe('what is due', () => {
  test('each deadline with its last day, what I can do there, and nothing of others', async () => {
    const id = await scene.request('Due');
    await scene.asManager.post(`/instances/${id}/events`, {
      event: 'PLAN',
      fields: { reviewOn: '2026-04-01', urgency: 'now' },
    });
    interface Due {
      readonly instance: string;
      readonly kind: string;
      readonly deadline: string | null;
      readonly people: readonly string[];
      readonly lastDay: string | null;
      readonly overdue: boolean;
      readonly yours: readonly string[];
    }
    const all = async (client: ApiScene['asManager'], query: string): Promise<Due[]> => {
      const { items } = await client.get<Page<Due>>(`/due${query}`);
      return [...items];
    };
    const here = await all(scene.asManager, `?partnership=${scene.place.id}`);
    const mine = here.find(({ instance, kind }) => instance === id && kind === 'deadline');
    expect(mine).toMatchObject({ deadline: 'reviewDue', lastDay: '2026-04-01', overdue: false });
    expect(mine?.yours).toContain('COMMENT');
    expect(mine?.yours).not.toContain('SETTLE');
    expect(await all(scene.asObserver, '?mine=true')).toEqual([]);
    const elsewhere = await all(scene.asOutsider, '');
    expect(elsewhere.map(({ instance }) => instance)).not.toContain(id);
    expect((await scene.asOutsider.refused('GET', `/due?partnership=${scene.place.id}`)).code).toBe(
      'not-found',
    );
  });
});
