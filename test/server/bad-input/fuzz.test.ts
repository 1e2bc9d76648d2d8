import { setTimeout as delay } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import type { Operation } from '../../../server/http/api/operation.ts';
import { OPERATIONS } from '../../../server/http/api/operations.ts';
import { verifyStore } from '../../../server/use-cases/verify-store.ts';
import { expectSentence, type Problem } from '../../support/api-client.ts';
import { type ApiScene, apiScene } from '../../support/api-scene.ts';

/** Raise it (FUZZ_RUNS=5000) to look longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 400);

let scene: ApiScene;
let known: readonly string[];
let instances: readonly string[];
beforeAll(async () => {
  scene = await apiScene();
  instances = [await scene.request('One'), await scene.request('Two')];
  known = [
    ...instances,
    scene.place.id,
    scene.place.instance,
    scene.far.id,
    scene.health.id,
    scene.charity.id,
    'request',
    'concern',
    'partnership',
    'COMMENT',
    'PLAN',
    'DECIDE',
    'WITHDRAW',
    'SETTLE',
  ];
});
afterAll(() => scene.end());

const HOSTILE = [
  '',
  '\0',
  '\ud800',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'xstate.init',
  'concordat.correct',
  "' OR 1=1 --",
  '{{constructor}}',
  '${7*7}',
  '<script>',
  '\u202e',
  'x'.repeat(5_000),
  '2026-02-30',
  '9999999999999999999',
  '-0',
];

const word = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ maxLength: 12 }),
  );

const anything = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    word(),
    fc.jsonValue({ maxDepth: 3 }),
    fc.double(),
    fc.constantFrom(null, true, -1, 1, 0, 2 ** 53, 1e308, [], {}),
    fc.dictionary(word(), fc.oneof(word(), fc.integer(), fc.constant(null)), { maxKeys: 4 }),
  );

/** Mostly what a schema asks for, with something else in places. */
function like(schema: JsonSchema | undefined): fc.Arbitrary<unknown> {
  if (schema === undefined) return fc.constant(undefined);
  return fc.oneof({ weight: 4, arbitrary: fitting(schema) }, { weight: 1, arbitrary: anything() });
}

function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'integer') return fc.integer({ min: -2, max: 300 });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'array') return fc.array(like(schema.items), { maxLength: 4 });
  if (schema.type !== 'object') return word();
  const fields = Object.fromEntries(
    Object.entries(schema.properties ?? { text: {}, subject: {}, amount: {} }).map(
      ([name, inner]) => [name, like(inner)],
    ),
  );
  return fc.record(fields, { requiredKeys: [...(schema.required ?? [])] });
}

interface Fuzzed {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** An instance that is there more often than not, so that what lies behind it is reached. */
const nameOf = (name: string): fc.Arbitrary<string> =>
  name === 'instance'
    ? fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...instances) },
        { weight: 2, arbitrary: word() },
      )
    : word();

const fuzzed = (): fc.Arbitrary<Fuzzed> =>
  fc.constantFrom(...OPERATIONS).chain((operation) => {
    const names = fc.record(
      Object.fromEntries(Object.keys(operation.params ?? {}).map((name) => [name, nameOf(name)])),
    );
    const query = fc.oneof(
      like({ type: 'object', properties: operation.query ?? {} }),
      fc.dictionary(word(), word(), { maxKeys: 3 }),
    );
    const headers = fc.record(
      {
        'idempotency-key': fc.oneof(fc.constantFrom('k1', 'k2', 'x y', ''), fc.uuid()),
        'content-type': fc.constantFrom(
          'application/json',
          'application/octet-stream',
          'text/plain',
        ),
        'if-none-match': fc.constantFrom('*', '"x"'),
        range: fc.constantFrom('bytes=0-1', 'bytes=-1', 'x'),
        accept: fc.constantFrom('text/html', '*/*', ''),
      },
      { requiredKeys: [] },
    );
    const method = fc.oneof(
      { weight: 6, arbitrary: fc.constant(operation.method.toUpperCase()) },
      { weight: 1, arbitrary: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS') },
    );
    return fc
      .tuple(names, query, like(operation.body ?? {}), headers, method)
      .map(([names, query, body, headers, method]) => ({
        operation,
        method,
        path: pathOf(operation.path, names as Record<string, string>, query),
        body,
        headers: { 'content-type': 'application/json', ...headers },
      }));
  });

function pathOf(pattern: string, names: Readonly<Record<string, string>>, query: unknown): string {
  const path = pattern.replaceAll(/\{(\w+)\}/gu, (_, name: string) => encoded(names[name] ?? ''));
  const asked = typeof query === 'object' && query !== null ? Object.entries(query) : [];
  const text = asked
    .map(
      ([name, value]) =>
        `${encoded(name)}=${encoded(typeof value === 'string' ? value : jsonOf(value))}`,
    )
    .join('&');
  return text === '' ? path : `${path}?${text}`;
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E');
}

test(`no request whatever fails on our side (${RUNS} of them), and the record stays whole`, async () => {
  const taken = new Map<string, number>();
  // The first takes seconds to make up, in which a connection may have been given up unnoticed.
  fc.sample(fuzzed(), 1);
  await delay(50);
  await fc.assert(
    fc.asyncProperty(
      fuzzed(),
      fc.constantFrom('asManager', 'asCoordinator', 'asObserver'),
      async ({ operation, method, path, body, headers }, who) => {
        const reads = method === 'GET' || method === 'HEAD';
        const answer = await scene[who].send(method, path, {
          headers,
          ...(reads || body === undefined ? {} : { body: jsonOf(body) }),
        });
        if (answer.status < 300) taken.set(operation.id, (taken.get(operation.id) ?? 0) + 1);
        expect(answer.status, `${method} ${path} ${answer.text}`).toBeLessThan(500);
        if (answer.status >= 400 && answer.text !== '') {
          expectSentence((answer.json as Problem).detail);
        }
      },
    ),
    { numRuns: RUNS },
  );
  // else it would only have knocked at closed doors
  expect([...taken.keys()]).toEqual(expect.arrayContaining(['readInstance', 'listInstances']));
  const { findings } = await verifyStore(scene.server.services.store);
  expect(findings).toEqual([]);
  expect(Object.keys(Object.prototype)).toEqual([]);
}, 120_000);

function jsonOf(body: unknown): string {
  return JSON.stringify(body) ?? 'null';
}
