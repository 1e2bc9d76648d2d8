import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../../server/app.ts';
import { API_BASE } from '../../../server/http/api/open-api-document.ts';
import type { Asker } from '../../../server/access/asker.ts';
import type { Person } from '../../../server/store/directory.ts';
import { startExport } from '../../../server/use-cases/make-export.ts';
import { makeSignInLink } from '../../../server/use-cases/sign-in.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { verifyStore } from '../../../server/use-cases/verify-store.ts';
import { everyRoute, type KnownRoute } from '../../support/every-route.ts';
import { startTestServer, type TestBrowser, type TestServer } from '../../support/test-server.ts';
import { workflowFolder } from '../../support/workflow-folder.ts';

let server: TestServer;
let folder: string;
let routes: readonly KnownRoute[];
let real: Readonly<Record<string, readonly string[]>>;
let browsers: Readonly<Record<string, TestBrowser>>;

beforeAll(async () => {
  folder = workflowFolder();
  server = await startTestServer({ workflows: folder });
  const app = await createApp(server.services, server.worker);
  // The API has its own, by what each operation says of itself.
  routes = everyRoute(app).filter(({ path }) => !path.startsWith(API_BASE));
  const health = await server.organisation('Łódź Health');
  const place = await server.partnership('North Coast', [health]);
  const manager = await server.member(place, health, 'Marta Manager', ['manager', 'lead']);
  const as = (person: Person): Asker => ({ kind: 'person', person });
  const { instance } = await startWorkflow(server.services, as(manager), {
    workflow: 'request',
    partnership: place.id,
    form: { subject: 'A van', amount: 5 },
  });
  const link = await makeSignInLink(server.services, manager, { returnTo: null, lasts: 'PT30M' });
  const file = await startExport(server.services, as(manager), place.id);
  await server.services.longWork.idle();
  const ids = [instance, place.instance, place.id, manager.id, health.id, 'request'];
  real = {
    id: ids,
    instance: [instance],
    partnership: [place.id],
    person: [manager.id],
    event: ['COMMENT', 'PLAN', 'DECIDE'],
    workflow: ['request', 'partnership'],
    field: ['subject', 'reviewOn'],
    hash: ['a'.repeat(64)],
    seq: ['1'],
    work: [file.id],
    link: [link.id],
    token: [link.address.split('/').at(-1) ?? ''],
  };
  browsers = {
    nobody: server.browser(),
    'a member': await server.signIn(manager),
    'the administrator': await server.signIn(server.administrator),
  };
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const IN_PATHS = [
  '..%2f..%2f..%2fetc%2fpasswd',
  '%00',
  'a%00b',
  '%ff',
  '%',
  '__proto__',
  'constructor',
  'toString',
  'xstate.init',
  'concordat.correct',
  'effect.document.x',
  '%F0%9F%92%A9',
  '%ED%A0%80',
  'x'.repeat(4_000),
  '-1',
  '1e309',
  "'%20OR%201=1%20--",
  '%7B%7Bconstructor%7D%7D',
];

const QUERIES = [
  '',
  'page=-1&page=2',
  'page=99999999999999999999&text=%00',
  'to=//evil.example&to[]=x',
  '__proto__[x]=1&constructor=1&stage=__proto__&sort=__proto__&filter=%ff',
  `text=${'x'.repeat(5_000)}&sort=constructor&order=toString&workflow=..&organisation=%00&state=%F0`,
];

/** A path for each way to fill its names: all real ones, and each hostile value in each place. */
function pathsOf(pattern: string): readonly string[] {
  const names = [...pattern.matchAll(/:(\w+)/gu)].map(([, name]) => name ?? '');
  const fill = (values: Readonly<Record<string, string>>): string =>
    pattern.replaceAll(/:(\w+)/gu, (_, name: string) => values[name] ?? real[name]?.[0] ?? 'x');
  const paths = names.flatMap((name) =>
    [...(real[name] ?? []), ...IN_PATHS].map((value) => fill({ [name]: value })),
  );
  return [...new Set([fill({}), ...paths])];
}

interface Sent {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(who: string, method: string, path: string, more: Sent = {}): Promise<void> {
  const { headers, ...rest } = more;
  const answer = await fetch(`${server.url}${path}`, {
    ...rest,
    method,
    redirect: 'manual',
    headers: { cookie: browsers[who]?.cookie() ?? '', origin: server.url, ...headers },
  });
  const text = await answer.text();
  const what = `${who}: ${method} ${path.slice(0, 200)}`;
  expect(answer.status, what).toBeLessThan(500);
  expect(text, what).not.toMatch(/TypeError|node_modules|at file:|\[object Object\]/u);
  const to = answer.headers.get('location');
  if (to !== null) expect(to, what).toMatch(/^\/(?!\/)/u);
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const FORM_DATA = { 'content-type': 'multipart/form-data; boundary=b' };
const part = (head: string, body: string): string => `--b\r\n${head}\r\n\r\n${body}\r\n`;
const named = (name: string): string => `Content-Disposition: form-data; name="${name}"`;

const POSTS: readonly (readonly [string, Sent])[] = [
  ['nothing', {}],
  ['an empty form', { body: '', headers: FORM }],
  ['broken codes', { body: '%=%ff&=&&%00=%E0%A4', headers: FORM }],
  [
    'names that reach into JavaScript',
    { body: '__proto__=x&__proto__[a]=y&constructor.prototype=1&toString=1', headers: FORM },
  ],
  ['five thousand fields', { body: 'a=1&'.repeat(5_000), headers: FORM }],
  ['too much', { body: `text=${'x'.repeat(3_000_000)}`, headers: FORM }],
  [
    'what pages carry, forged',
    {
      body: `_step=send&_key=${'k'.repeat(5_000)}&_seq=-1&_seq=NaN&_manifest=__proto__&_action=remove%00&text=%00%ED%A0%80`,
      headers: FORM,
    },
  ],
  [
    'what pages carry, nearly right',
    { body: '_step=send&_key=k1&_seq=1&text=a&subject=b&reason=c&decision=We', headers: FORM },
  ],
  ['JSON', { body: '{"__proto__":{}}', headers: { 'content-type': 'application/json' } }],
  ['another type', { body: 'x', headers: { 'content-type': 'text/plain' } }],
  ['parts without an end', { body: part(named('text'), 'a'), headers: FORM_DATA }],
  ['parts without a boundary', { body: 'x', headers: { 'content-type': 'multipart/form-data' } }],
  ['a part without a name', { body: `${part('X: y', 'a')}--b--`, headers: FORM_DATA }],
  [
    'a file with a hostile name',
    {
      body: `${part(`${named('evidence')}; filename="../../\0.pdf"\r\nContent-Type: application/pdf`, '%PDF')}${part(named('__proto__'), 'x')}--b--`,
      headers: FORM_DATA,
    },
  ],
  ['packed wrongly', { body: 'x', headers: { ...FORM, 'content-encoding': 'gzip' } }],
  ['from another site', { body: '', headers: { ...FORM, origin: 'https://evil.example' } }],
];

describe('no page fails on our side, whatever is asked of it', () => {
  test('every page there is, is asked', () => {
    const paths = routes.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['/sign-in', '/l/:token', '/instances/:id']));
    const names = new Set(
      paths.flatMap((path) => [...path.matchAll(/:(\w+)/gu)].map(([, n]) => n)),
    );
    for (const name of names) expect(real, `a real value for :${name}`).toHaveProperty(name ?? '');
  });

  test.each(['nobody', 'a member', 'the administrator'])(
    '%s opens each with real, foreign and hostile names and queries',
    async (who) => {
      for (const { method, path } of routes) {
        if (method !== 'get') continue;
        for (const asked of pathsOf(path)) await ask(who, 'GET', asked);
        for (const query of QUERIES) await ask(who, 'GET', `${pathsOf(path)[0]}?${query}`);
        await ask(who, 'HEAD', pathsOf(path)[0] ?? '/');
      }
    },
    120_000,
  );

  test.each(['nobody', 'a member', 'the administrator'])(
    '%s posts to each what no page of ours would',
    async (who) => {
      for (const { method, path } of routes) {
        if (method !== 'post' || path === '/sign-out') continue;
        for (const asked of pathsOf(path).slice(0, 3)) {
          for (const [, more] of POSTS) await ask(who, 'POST', asked, more);
        }
      }
    },
    240_000,
  );

  test('methods that no page takes, and addresses that are none', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
      for (const path of [
        '/',
        '/work',
        '/sign-in',
        '/instances/x',
        '/no-such-page',
        '/%ff',
        '//',
      ]) {
        await ask('a member', method, path);
      }
    }
  });

  test('the record is whole afterwards', async () => {
    expect((await verifyStore(server.services.store)).findings).toEqual([]);
  });
});
