import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { lintDefinition } from '../../engine/lint.ts';
import { sampleCatalogue, sampleWorkflow } from '../support/sample-workflow.ts';

/** Generous: two busy cores; what is shown is that nothing takes minutes. */
const MOST_MILLISECONDS = 5_000;

const folder = new URL('../../workflows/', import.meta.url);
const shipped = readdirSync(folder)
  .filter((name) => /^[a-z0-9-]+\.json$/u.test(name))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as WorkflowDefinition);
const originals: readonly unknown[] = [sampleWorkflow(), ...shipped];

describe('a definition from a stranger', () => {
  it('is linted without an exception and in bounded time, however it was edited', () => {
    lintDefinition(sampleWorkflow(), sampleCatalogue);
    fc.assert(
      fc.property(
        fc.nat({ max: originals.length - 1 }),
        fc.array(edit(), { minLength: 1, maxLength: 6 }),
        (which, edits) => {
          const definition = edits.reduce(apply, structuredClone(originals[which]));
          const begun = performance.now();
          const findings = lintDefinition(definition, sampleCatalogue);
          expect(performance.now() - begun).toBeLessThan(MOST_MILLISECONDS);
          for (const { pointer, message, mend } of findings) {
            expect(`${pointer}${message}${mend}`.length).toBeLessThan(5_000);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is compiled without trouble whenever lint finds nothing wrong with it', () => {
    let clean = 0;
    fc.assert(
      fc.property(edit(), (one) => {
        const definition = apply(sampleWorkflow(), one);
        if (lintDefinition(definition, sampleCatalogue).length > 0) return;
        clean += 1;
        try {
          compileWorkflow(definition as WorkflowDefinition);
        } catch (error) {
          throw new Error(`lint was content with ${JSON.stringify(one)}`, { cause: error });
        }
      }),
      { numRuns: 400 },
    );
    expect(clean).toBeGreaterThan(50);
  });

  it.each<[string, () => unknown]>([
    [
      '300 states that all lead to each other',
      () => crowd(300, (n) => ({ on: { [`E${n}`]: by(n + 1) } })),
    ],
    [
      '2,000 transitions from one state',
      () =>
        crowd(10, (n) => ({ on: n === 0 ? events(1_900, () => by(1)) : { E: by((n + 1) % 10) } })),
    ],
    ['30 parallel states inside each other', () => withMachine(nestParallel(10))],
    [
      'gates of always on 300 states, each another',
      () =>
        crowd(300, (n) => ({
          always: [{ ...to(n + 1), guard: gate(`data.level > ${n}`) }, to(0)],
        })),
    ],
    [
      '500 expressions as long and as nested as they may be',
      () =>
        crowd(250, (n) => ({
          always: {
            ...to(n + 1),
            guard: gate(
              `${'!('.repeat(31)}data.level > 0${' || data.level > 0'.repeat(50)}${')'.repeat(31)}`,
            ),
          },
        })),
    ],
    [
      'long names that are nearly alike',
      () =>
        crowd(300, (n) => ({
          on: { E: { target: `${'s'.repeat(60)}${n}`, meta: { label: 'x', by: ['manager'] } } },
        })),
    ],
    [
      'one object in ten thousand places',
      () =>
        withMachine({
          initial: 'a',
          states: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`s${n}`, SHARED])),
        }),
    ],
    [
      'an object that holds itself',
      () => {
        const self: Record<string, unknown> = {};
        self['states'] = self;
        return withMachine(self);
      },
    ],
  ])('with %s is answered in bounded time', (_, make) => {
    const definition = make();
    const begun = performance.now();
    expect(lintDefinition(definition, sampleCatalogue).length).toBeGreaterThan(0);
    expect(performance.now() - begun).toBeLessThan(MOST_MILLISECONDS);
  });
});

/** A random edit: where (as a walk down the tree) and what. */
interface Edit {
  readonly walk: readonly number[];
  readonly kind: 'delete' | 'replace' | 'add' | 'rename' | 'graft';
  readonly key: string;
  readonly value: unknown;
  readonly other: readonly number[];
}

const WORDS = [
  'type on after always entry target guard meta states initial __proto__ constructor 1 xstate.init *',
  'data.level a/b~c #question . final history parallel E open closed P1D $ref $defs items id',
].flatMap((line) => line.split(' '));

const HOSTILE: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  'P99999999Y',
  'P-1D',
  '(a+)+$',
  '[['.repeat(200),
  '\u0000',
  '\ud800',
  '#question.open',
  '..',
  '#',
  'data..x',
  'event.__proto__',
  '{',
  '}{',
  [],
  {},
  [[]],
  [{}],
  { from: 'data' },
  { cel: '1/0' },
  { cel: 'data' },
  { type: 'record' },
  { $ref: '#/$defs/answer' },
];

function edit(): fc.Arbitrary<Edit> {
  const word = fc.constantFrom(...WORDS);
  return fc.record({
    walk: fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 12 }),
    kind: fc.constantFrom('delete', 'replace', 'add', 'rename', 'graft'),
    key: fc.oneof(word, fc.string({ maxLength: 12 })),
    value: fc.oneof(fc.constantFrom(...HOSTILE), word, fc.jsonValue({ maxDepth: 3 })),
    other: fc.array(fc.nat({ max: 40 }), { maxLength: 12 }),
  });
}

function apply(definition: unknown, { walk, kind, key, value, other }: Edit): unknown {
  if (typeof definition !== 'object' || definition === null) return definition;
  const place = find(definition, walk);
  if (!place) return definition;
  const { inside, name } = place;
  if (kind === 'delete') delete inside[name];
  else if (kind === 'replace') inside[name] = structuredClone(value);
  else if (kind === 'add') define(inside, key, structuredClone(value));
  else if (kind === 'rename') {
    const old = inside[name];
    delete inside[name];
    define(inside, key, old);
  } else {
    const from = find(definition, other);
    inside[name] = structuredClone(from ? from.inside[from.name] : definition);
  }
  return definition;
}

/** As JSON.parse does: `__proto__` becomes a property like any other. */
function define(inside: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(inside, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function find(
  root: object,
  walk: readonly number[],
): { inside: Record<string, unknown>; name: string } | undefined {
  let inside = root as Record<string, unknown>;
  let place: { inside: Record<string, unknown>; name: string } | undefined;
  for (const step of walk) {
    const names = Object.keys(inside);
    const name = names[step % Math.max(1, names.length)];
    if (name === undefined) return place;
    place = { inside, name };
    const next = inside[name];
    if (typeof next !== 'object' || next === null) return place;
    inside = next as Record<string, unknown>;
  }
  return place;
}

const SHARED = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`k${n}`, 'x'.repeat(50)]));

function withMachine(machine: unknown): unknown {
  return { ...sampleWorkflow(), machine };
}

function crowd(count: number, make: (n: number) => object): unknown {
  const names = Array.from({ length: count }, (_, n) => `s${n}`);
  return withMachine({
    initial: 's0',
    states: Object.fromEntries(
      names.map((name, n) => [name, { meta: { title: name }, ...make(n) }]),
    ),
  });
}

function to(n: number): object {
  return { target: `s${n % 300}` };
}

/** A transition with nothing wrong, so that no early finding spares lint the work. */
function by(n: number): object {
  return { ...to(n), meta: { label: 'Go on', by: ['manager'] } };
}

function events(count: number, make: () => object): object {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`E${n}`, make()]));
}

function gate(expression: string): object {
  return {
    type: 'meets',
    params: { all: [{ cel: expression.slice(0, 1_000), otherwise: 'No.' }] },
  };
}

function nestParallel(depth: number): object {
  const leaf = {
    meta: { title: 'x' },
    on: { E: { target: '#question', meta: { label: 'x', by: ['manager'] } } },
  };
  const inner = depth === 0 ? leaf : nestParallel(depth - 1);
  return {
    type: 'parallel',
    meta: { title: 'x' },
    states: {
      a: inner,
      ...Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`b${n}`, leaf])),
    },
  };
}
