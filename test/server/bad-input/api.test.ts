import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '../../../server/use-cases/api-tokens.ts';
import { type ApiClient, expectSentence, posted, type Problem } from '../../support/api-client.ts';
import { type ApiScene, apiScene } from '../../support/api-scene.ts';

let scene: ApiScene;
let open: string;
let ended: string;
let abroad: string;
beforeAll(async () => {
  scene = await apiScene();
  open = await scene.request('Open');
  ended = await scene.request('Ended');
  await scene.asManager.post(`/instances/${ended}/events`, { event: 'WITHDRAW' });
  const { instance } = await scene.asOutsider.post<{ instance: string }>('/instances', {
    workflow: 'request',
    partnership: scene.far.id,
    form: { subject: 'Theirs', amount: 1 },
  });
  abroad = instance;
});
afterAll(() => scene.end());

const events = (): string => `/instances/${open}/events`;
const seqOf = async (instance: string, client: ApiClient = scene.asManager): Promise<number> =>
  (await client.get<{ seq: number }>(`/instances/${instance}`)).seq;

/** What must be refused, with what, and nothing recorded. */
interface Case {
  readonly why: string;
  readonly body: unknown;
  readonly code: string;
  /** Where the problem is pointed at. */
  readonly at?: string;
}

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const comment = (text: unknown): object => ({ event: 'COMMENT', fields: { text } });
const raw = (fields: string): string => `{"event":"COMMENT","fields":${fields}}`;

const REFUSED: readonly Case[] = [
  // JSON that is none, or of another shape
  { why: 'broken JSON', body: '{"event":', code: 'bad-request' },
  { why: 'no JSON at all', body: 'event=COMMENT', code: 'bad-request' },
  { why: 'an empty body', body: '', code: 'invalid-input', at: '/event' },
  { why: 'a list', body: [], code: 'bad-request' },
  { why: 'a number', body: '1', code: 'bad-request' },
  { why: 'null', body: 'null', code: 'bad-request' },
  { why: 'an empty object', body: {}, code: 'invalid-input', at: '/event' },
  { why: '100,000 levels', body: `{"event":${nested(100_000)}}`, code: 'data-refused' },
  { why: '50 levels', body: raw(`{"text":${nested(50)}}`), code: 'data-refused' },
  { why: 'too many values', body: raw(`{"text":[${'1,'.repeat(20_000)}1]}`), code: 'data-refused' },
  { why: 'two megabytes', body: comment('x'.repeat(2_000_000)), code: 'too-large' },
  // fields of the wrong kind
  { why: 'a number for the event', body: { event: 1 }, code: 'invalid-input', at: '/event' },
  { why: 'an empty event', body: { event: '' }, code: 'invalid-input', at: '/event' },
  {
    why: 'a list for the fields',
    body: { event: 'COMMENT', fields: [] },
    code: 'invalid-input',
    at: '/fields',
  },
  { why: 'a missing field', body: { event: 'COMMENT' }, code: 'invalid-input', at: '/fields/text' },
  { why: 'null for a text', body: comment(null), code: 'invalid-input', at: '/fields/text' },
  { why: 'a number for a text', body: comment(5), code: 'invalid-input', at: '/fields/text' },
  { why: 'an empty text', body: comment(''), code: 'invalid-input', at: '/fields/text' },
  {
    why: 'a text too long',
    body: comment('x'.repeat(1_001)),
    code: 'invalid-input',
    at: '/fields/text',
  },
  {
    why: 'a field that is not of the form',
    body: { event: 'COMMENT', fields: { text: 'a', more: 1 } },
    code: 'invalid-input',
    at: '/fields/more',
  },
  {
    why: 'a party that the server sets',
    body: { event: 'COMMENT', fields: { text: 'a', party: 'x' } },
    code: 'invalid-input',
    at: '/fields/party',
  },
  {
    why: 'a property that is not known',
    body: { event: 'COMMENT', party: 'x' },
    code: 'invalid-input',
    at: '/party',
  },
  {
    why: 'a date that is none',
    body: { event: 'PLAN', fields: { reviewOn: '2026-02-30', urgency: 'now' } },
    code: 'invalid-input',
    at: '/fields/reviewOn',
  },
  {
    why: 'a choice that is none',
    body: { event: 'PLAN', fields: { reviewOn: '2026-05-01', urgency: 'never' } },
    code: 'invalid-input',
    at: '/fields/urgency',
  },
  {
    why: 'a document that nobody uploaded',
    body: {
      event: 'PLAN',
      fields: { reviewOn: '2026-05-01', urgency: 'now', evidence: 'f'.repeat(64) },
    },
    code: 'invalid-input',
    at: '/fields/evidence',
  },
  {
    why: 'half a manifest',
    body: { ...comment('a'), manifest: 'abc' },
    code: 'invalid-input',
    at: '/manifest',
  },
  {
    why: 'a seq of no kind',
    body: { ...comment('a'), expectedSeq: '1' },
    code: 'invalid-input',
    at: '/expectedSeq',
  },
  {
    why: 'a negative seq',
    body: { ...comment('a'), expectedSeq: -1 },
    code: 'invalid-input',
    at: '/expectedSeq',
  },
  { why: 'a seq to come', body: { ...comment('a'), expectedSeq: 99 }, code: 'stale-sequence' },
  { why: 'an endless number', body: raw('{"text":1e999}'), code: 'data-refused' },
  // texts that cannot be kept
  { why: 'a NUL', body: comment('a\0b'), code: 'data-refused' },
  { why: 'half a character', body: raw('{"text":"\\ud800"}'), code: 'data-refused' },
  { why: 'half a character as a name', body: raw('{"\\udfff":1}'), code: 'data-refused' },
  // names that reach into JavaScript, and what XState takes for its own
  { why: '__proto__', body: raw('{"__proto__":{"polluted":true}}'), code: 'data-refused' },
  {
    why: '__proto__ beside',
    body: '{"event":"COMMENT","__proto__":{"fields":{}}}',
    code: 'data-refused',
  },
  {
    why: 'constructor',
    body: raw('{"constructor":{"prototype":{"polluted":1}}}'),
    code: 'data-refused',
  },
  {
    why: 'an actor',
    body: raw('{"text":{"sessionId":"x","send":1,"ref":1}}'),
    code: 'data-refused',
  },
  { why: 'xstate$$type', body: raw('{"text":{"xstate$$type":1}}'), code: 'data-refused' },
  // events that are not for people
  ...[
    'xstate.after.1000.request.asking',
    'xstate.done.state.request',
    'xstate.stop',
    'concordat.correct',
    'concordat.deadline',
    'concordat.start',
    'effect.document.agreement',
    'effect.start.child',
    '*',
    '',
    'toString',
    '__proto__',
    'comment',
    'NO_SUCH_EVENT',
  ]
    .filter(Boolean)
    .map(
      (event): Case => ({ why: `the event ${event}`, body: { event }, code: 'event-not-possible' }),
    ),
];

describe('what cannot be taken is refused with a sentence, and nothing is recorded', () => {
  test.each(REFUSED)('$why: $code', async ({ body, code, at }) => {
    const before = await seqOf(open);
    const problem = await scene.asManager.refused('POST', events(), body);
    expect(problem.code).toBe(code);
    if (at !== undefined) expect(problem.problems?.[0]).toMatchObject({ in: 'body', pointer: at });
    expect(await seqOf(open)).toBe(before);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('text in any script, emoji and marks is kept as it was sent', async () => {
    const text = 'Łódź Ŵyn Ελένη 家族 👩‍👩‍👧 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢ \u202e\ufeff \u0007 ﷽ &lt;script&gt; {{x}} ${1}';
    const id = await scene.request('Scripts');
    await scene.asManager.post(`/instances/${id}/events`, comment(text));
    const { data } = await scene.asManager.get<{ data: { comments: { text: string }[] } }>(
      `/instances/${id}`,
    );
    expect(data.comments[0]?.text).toBe(text);
  });
});

describe('what is not possible now says why', () => {
  test('a gate that is not met lists everything that is open', async () => {
    const problem = await scene.asManager.refused('POST', events(), {
      event: 'DECIDE',
      fields: { decision: 'We pay half' },
    });
    expect(problem).toMatchObject({ status: 409, code: 'gate-not-met' });
    expect(problem.unmet).toMatchObject([{ sentence: 'Not every organisation has commented.' }]);
    expect(problem.unmet?.[0]?.items).toEqual([
      { title: 'A comment', organisation: scene.health.id, field: 'comments' },
      { title: 'A comment', organisation: scene.charity.id, field: 'comments' },
    ]);
  });

  test('what has come to its end takes nothing more', async () => {
    const path = `/instances/${ended}/events`;
    const problem = await scene.asManager.refused('POST', path, comment('late'));
    expect(problem).toMatchObject({ status: 409, code: 'instance-finished' });
  });

  test('a stale seq is told, unless only notes came between', async () => {
    const id = await scene.request('Stale');
    const seen = await seqOf(id);
    await scene.asOther.post(`/instances/${id}/events`, comment('first'));
    const body = { ...comment('second'), expectedSeq: seen };
    const problem = await scene.asManager.refused('POST', `/instances/${id}/events`, body);
    expect(problem).toMatchObject({ status: 409, code: 'stale-sequence' });
  });

  test('what is for others says for whom', async () => {
    const problem = await scene.asManager.refused('POST', events(), {
      event: 'SETTLE',
      fields: { decision: 'We settle' },
    });
    expect(problem).toMatchObject({ status: 403, code: 'not-allowed' });
    expect(problem.detail).toContain('Executive');
    const observer = await scene.asObserver.refused('POST', events(), comment('me too'));
    expect(observer.code).toBe('not-allowed');
  });
});

describe('ids of others are like ids that do not exist', () => {
  const paths = (id: string): readonly [string, string, unknown?][] => [
    ['GET', `/instances/${id}`],
    ['GET', `/instances/${id}/history`],
    ['GET', `/instances/${id}/history/1`],
    ['GET', `/instances/${id}/documents`],
    ['GET', `/instances/${id}/documents/${'a'.repeat(64)}`],
    ['POST', `/instances/${id}/events`, comment('me')],
    ['POST', `/instances/${id}/corrections`, { changes: { subject: 'x' }, reason: 'y' }],
  ];

  test('for an instance, on every path, in the same words', async () => {
    const withoutId = ({ detail, ...problem }: Problem): object => ({ ...problem, detail });
    for (const [index, [method, path, body]] of paths(abroad).entries()) {
      const [, unknown = ''] = paths('NoSuchInstance')[index] ?? [];
      const foreign = await scene.asManager.refused(method, path, body);
      expect(foreign, path).toMatchObject({ status: 404, code: 'not-found' });
      const nothing = await scene.asManager.refused(method, unknown, body);
      expect(withoutId(foreign)).toEqual(withoutId(nothing));
    }
  });

  test('for a partnership, whether it is read, filtered by or started in', async () => {
    const { id } = scene.far;
    const start = { workflow: 'request', partnership: id, form: { subject: 'x', amount: 1 } };
    const asked: readonly [string, string, unknown?][] = [
      ['GET', `/partnerships/${id}`],
      ['GET', `/instances?partnership=${id}`],
      ['GET', `/organisations?partnership=${id}`],
      ['GET', `/people?partnership=${id}`],
      ['GET', `/due?partnership=${id}`],
      ['POST', '/instances', start],
    ];
    for (const [method, path, body] of asked) {
      const problem = await scene.asManager.refused(method, path, body);
      expect(problem, path).toMatchObject({ status: 404, code: 'not-found' });
    }
  });

  test('for a workflow, and for what only other workflows start', async () => {
    const start = (workflow: string): object => ({ workflow, partnership: scene.place.id });
    for (const workflow of ['no-such', '..', 'constructor', '__proto__']) {
      const problem = await scene.asManager.refused('POST', '/instances', start(workflow));
      expect(problem, workflow).toMatchObject({ status: 404, code: 'definition-unknown' });
    }
    const problem = await scene.asManager.refused('POST', '/instances', start('partnership'));
    expect(problem.code).toBe('not-allowed');
  });

  test('for an upload in another instance of one’s own', async () => {
    const headers = { 'content-type': 'application/octet-stream' };
    const other = await scene.request('Other');
    const path = `/instances/${other}/uploads?name=a.txt`;
    const { json } = await scene.asManager.send('POST', path, { body: 'mine', headers });
    const { hash } = json as { hash: string };
    const fields = { reviewOn: '2026-05-01', urgency: 'now', evidence: hash };
    const problem = await scene.asManager.refused('POST', events(), { event: 'PLAN', fields });
    expect(problem.code).toBe('invalid-input');
  });

  test('a partnership is made of organisations that are known, and by coordinators', async () => {
    const body = (lead: string): object => ({
      form: { title: 'T', purpose: 'P' },
      lead,
      organisations: [lead],
    });
    const unknown = await scene.asCoordinator.refused('POST', '/partnerships', body('NoSuch'));
    expect(unknown).toMatchObject({ status: 422, code: 'invalid-input' });
    const other = await scene.asManager.refused('POST', '/partnerships', body(scene.health.id));
    expect(other).toMatchObject({ status: 403, code: 'not-allowed' });
  });
});

describe('addresses, queries and headers', () => {
  test.each([
    ['/instances?limit=0', '/limit'],
    ['/instances?limit=-5', '/limit'],
    ['/instances?limit=201', '/limit'],
    ['/instances?limit=99999999999999999999', '/limit'],
    ['/instances?limit=1e3', '/limit'],
    ['/instances?limit=NaN', '/limit'],
    ['/instances?limit=', '/limit'],
    ['/instances?limit=1&limit=2', '/limit'],
    ['/instances?limit[]=1', '/limit[]'],
    ['/instances?status=open', '/status'],
    ['/instances?after=%00', '/after'],
    ['/instances?after=../../etc', '/after'],
    ['/instances?workflow=a%2Fb', '/workflow'],
    ['/instances?__proto__=1', '/__proto__'],
    ['/instances?constructor=1', '/constructor'],
    ['/instances?unknown=1', '/unknown'],
    ['/due?mine=perhaps', '/mine'],
  ])('%s is pointed at %s', async (path, pointer) => {
    const problem = await scene.asManager.refused('GET', path);
    expect(problem).toMatchObject({ status: 422, code: 'invalid-input' });
    expect(problem.problems?.[0]).toMatchObject({ in: 'query', pointer });
  });

  test.each(['eyJ9', 'W10', 'WzFlMzA4LCJ4Il0', 'WzEsIlx1MDAwMCJd', 'a'.repeat(400)])(
    'the cursor %s that nobody was given is no reason to fail',
    async (after) => {
      const { status, json } = await scene.asManager.send('GET', `/instances?after=${after}`);
      expect([200, 400, 422]).toContain(status);
      if (status !== 200) expectSentence((json as Problem).detail);
    },
  );

  test.each([
    '..%2f..%2f..%2fetc%2fpasswd',
    '%2e%2e%2fdata.mdb',
    'A'.repeat(64),
    'a'.repeat(63),
    `${'a'.repeat(64)}%00.pdf`,
    '%F0%9F%92%A9',
  ])('%s is no hash, and no way to a file', async (hash) => {
    const problem = await scene.asManager.refused('GET', `/instances/${open}/documents/${hash}`);
    expect(problem).toMatchObject({ status: 422, code: 'invalid-input' });
    expect(problem.problems?.[0]).toMatchObject({ in: 'path', pointer: '/hash' });
  });

  test.each(['%', '%ff', '%E0%A4%A', '%c0%ae'])(
    'an address with %s in it is told to be broken',
    async (wrong) => {
      const problem = await scene.asManager.refused('GET', `/instances/${wrong}`);
      expect(problem).toMatchObject({ status: 400, code: 'bad-request' });
    },
  );

  test.each(['x'.repeat(101), 'a b', 'ключ', '{}'])('the key %s is refused', async (key) => {
    const encoded = Buffer.from(key).toString('latin1');
    const answer = await scene.asManager.send('POST', events(), posted(comment('a'), encoded));
    expect(answer.json).toMatchObject({
      status: 422,
      problems: [{ in: 'header', pointer: '/idempotency-key' }],
    });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json-seq',
    '',
  ])('content of the type “%s” is refused', async (type) => {
    const body = JSON.stringify(comment('a'));
    const answer = await scene.asManager.send('POST', events(), {
      body: Buffer.from(body),
      headers: type === '' ? {} : { 'content-type': type },
    });
    expect(answer.json).toMatchObject({ status: 415, code: 'wrong-content-type' });
  });

  test.each([
    { 'content-type': 'application/json; charset=utf-7' },
    { 'content-type': 'application/json; charset=nonsense' },
    { 'content-type': 'application/json', 'content-encoding': 'nonsense' },
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  ])('a body that is not as its headers say (%o) is refused', async (headers) => {
    const body = JSON.stringify(comment('a'));
    const { status, json } = await scene.asManager.send('POST', events(), { body, headers });
    expect([400, 415]).toContain(status);
    expectSentence((json as Problem).detail);
  });

  test('a method that an address does not take is answered with those that it takes', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const answer = await scene.asManager.send(method, `/instances/${open}`);
      expect(answer.json).toMatchObject({ status: 405, code: 'method-not-allowed' });
      expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    }
    const post = await scene.asManager.send('GET', events());
    expect(post.status).toBe(405);
    expect(post.headers.get('allow')).toBe('POST, OPTIONS');
    const options = await scene.asManager.send('OPTIONS', '/partnerships');
    expect(options.status).toBe(204);
    expect(options.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
    expect(options.headers.get('access-control-allow-methods')).toBe(null);
  });

  test('HEAD says what GET would, without a body', async () => {
    for (const path of [`/instances/${open}`, `/instances/${open}/history/1`]) {
      const get = await scene.asManager.send('GET', path);
      const head = await scene.asManager.send('HEAD', path);
      expect(head).toMatchObject({ status: 200, text: '' });
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
      expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    }
  });

  test('an address that is not there is told, also to those without a token', async () => {
    const problem = await scene.asManager.refused('GET', '/no-such-thing');
    expect(problem).toMatchObject({ status: 404, code: 'not-found' });
    expect((await scene.asManager.send('GET', '')).status).toBe(404);
  });

  test('whatever host a request names, addresses come from the setting', async () => {
    const body = JSON.stringify({
      workflow: 'request',
      partnership: scene.place.id,
      form: { subject: 'Hosts', amount: 1 },
    });
    const token = await tokenOf(scene);
    for (const host of ['evil.example', 'localhost:1', '[::1]', 'a..b', 'x'.repeat(300)]) {
      const answer = await withHost(scene, '/api/v1/instances', host, token, body);
      expect(answer.status, host).toBe(201);
      expect(answer.location).toMatch(
        new RegExp(`^${scene.server.url}/api/v1/instances/\\w+$`, 'u'),
      );
      expect(answer.text).not.toContain(host);
      const refused = await withHost(scene, '/api/v1/nothing', host, token, body);
      expect(JSON.parse(refused.text)).toMatchObject({ type: `${scene.server.url}/api#not-found` });
    }
  });
});

async function tokenOf({ server, manager }: ApiScene): Promise<string> {
  const { email } = manager;
  return (await createToken(server.services, { email, label: 'hosts', expires: null })).token;
}

/** fetch would not let a Host header through. */
function withHost(
  { server }: ApiScene,
  path: string,
  host: string,
  token: string,
  body: string,
): Promise<{ status: number; location: string; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      host,
      'x-forwarded-host': host,
      forwarded: `host="${host}"`,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    };
    const asked = httpRequest(`${server.url}${path}`, { method: 'POST', headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? '', text });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
