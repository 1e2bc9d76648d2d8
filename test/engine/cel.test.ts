import { describe, expect, it } from 'vitest';
import { compileCel, readBy } from '../../engine/cel.ts';
import { ConcordatError } from '../../engine/errors.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { optionsAt } from '../../engine/options.ts';
import { scopeOfHead } from '../../engine/step.ts';
import { APPROVAL } from '../support/approval-workflow.ts';
import { engineHarness, PLAIN_CALENDAR } from '../support/engine-harness.ts';
import { scopeWith } from '../support/scope-with.ts';

const START = '2027-03-01T10:00:00.000Z';

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);
const wide = Object.fromEntries(ones(200).map((one, n) => [`f${n}`, one]));

/** Ways to take minutes: each has to end at once. */
const ENDLESS: readonly (readonly [string, string, JsonObject])[] = [
  [
    'every entry with every entry',
    'data.list.exists(a, data.list.exists(b, a + b == 99.0))',
    { list: ones(20_000) },
  ],
  [
    'every letter with every letter',
    "data.text.split('').exists(a, data.text.split('').exists(b, a + b == 'zz'))",
    { text: 'x'.repeat(20_000) },
  ],
  [
    'a long text in each round',
    'data.list.all(a, data.text.lowerAscii() != data.text.upperAscii())',
    { list: ones(2_000), text: 'x'.repeat(20_000) },
  ],
  [
    'a pattern over a long text',
    "data.list.all(a, !data.text.matches('^(x+x+)+y$'))",
    { list: ones(2_000), text: 'x'.repeat(20_000) },
  ],
  [
    'large lists that are compared',
    'data.a.all(x, data.a == data.b)',
    { a: ones(300).map(() => wide), b: ones(300).map(() => ({ ...wide })) },
  ],
  [
    'a search for something large',
    'data.a.all(x, !(x in data.b))',
    { a: ones(300).map(() => wide), b: ones(300).map(() => ({ ...wide, f199: 0 })) },
  ],
];

describe('an expression', () => {
  it.each(ENDLESS)('is stopped with an error of ours: %s', (_, text, data) => {
    const program = compileCel(text);
    const begun = process.cpuUsage();
    const run = () => program(scopeWith(data));
    expect(run).toThrow(expect.objectContaining({ code: 'evaluation-too-long' }));
    // Tens of milliseconds. Of the processor's time, as the machine does other things as well.
    expect(process.cpuUsage(begun).user).toBeLessThan(1_500_000);
  });

  it('answers the same however its lists are gone through', () => {
    const data = { list: [3, 1, 2], items: [{ a: 1 }, { a: 2, b: 'x' }], text: 'a,b' };
    const answers = {
      'data.list.filter(x, x > 1.0).map(y, y + 1.0)': [4, 3],
      'data.list.map(x, x > 1.0, x * 2.0)': [6, 4],
      'data.list.filter(x, x > 9.0)': [],
      'data.items.map(i, data.list.filter(x, x == i.a))': [[1], [2]],
      'data.list.filter(x, x > 1.0) + data.list': [3, 2, 3, 1, 2],
      'size(data.list.filter(x, x > 1.0)) + size(data.text)': 5,
      "data.text.split(',').exists(t, t in ['b'])": true,
      'data.items == data.items.filter(i, true)': true,
      'data.items.exists_one(i, has(i.b) && i.b != data.text)': true,
      "data.text.upperAscii().contains('A,') && data.text.matches('^a')": true,
      'data.items.exists(i, i.b == data.text)': undefined,
      'data.missing in data.list': undefined,
      'data.items[0] in data.items': true,
      "['a', 'b'].join('-')": 'a-b',
      'data.items[1].map(name, name)': ['a', 'b'],
    };
    const given = Object.keys(answers).map((text) => [text, compileCel(text)(scopeWith(data))]);
    expect(Object.fromEntries(given)).toEqual(answers);
  });
});

describe('a gate that takes too long', () => {
  const otherwise = 'Never.';
  const slow = { cel: 'data.list.all(a, data.list.all(b, a == b))', otherwise };
  const definition = {
    ...APPROVAL,
    data: {
      ...APPROVAL.data,
      properties: {
        ...APPROVAL.data.properties,
        list: { type: 'array', items: { type: 'number' }, default: ones(5_000) },
      },
    },
    machine: {
      initial: 'waiting',
      states: {
        waiting: {
          meta: { title: 'Waiting' },
          on: Object.fromEntries(
            ['FIRST', 'SECOND', 'THIRD'].map((event) => [
              event,
              {
                target: 'ended',
                guard: { type: 'meets', params: { all: [slow] } },
                meta: { label: event, by: ['manager'] },
              },
            ]),
          ),
        },
        ended: { type: 'final', meta: { title: 'Ended', outcome: 'good' } },
      },
    },
  } as unknown as WorkflowDefinition;

  it('keeps no page from opening: it is told instead', () => {
    const { head, workflow } = engineHarness({ definition, at: START, form: { subject: 'A van' } });
    const begun = process.cpuUsage();
    const scope = scopeOfHead({ ...surroundings(workflow), head });
    const options = optionsAt(workflow, head.snapshot, scope);
    expect(process.cpuUsage(begun).user).toBeLessThan(1_500_000);
    expect(options.map(({ event }) => event)).toEqual(['FIRST', 'SECOND', 'THIRD']);
    for (const { unmet } of options) expect(unmet[0]?.sentence).toMatch(/takes too long/u);
  });

  it('refuses the step, and nothing is changed', () => {
    const instance = engineHarness({ definition, at: START, form: { subject: 'A van' } });
    const before = instance.head;
    const act = () => instance.send({ type: 'FIRST' }, START);
    expect(act).toThrow(ConcordatError);
    expect(act).toThrow(expect.objectContaining({ code: 'evaluation-too-long' }));
    expect(instance.head).toBe(before);
  });
});

function surroundings(workflow: ReturnType<typeof engineHarness>['workflow']) {
  return {
    workflow,
    at: START,
    by: null,
    instance: { id: 'i1', partnership: 'p1', parent: null, timeZone: 'Europe/London' },
    settings: {},
    calendar: PLAIN_CALENDAR,
  };
}

describe('what an expression reads', () => {
  it.each<[string, string[], string[] | null]>([
    ['data.a.b == 1 && has(data.c)', ['data'], ['a', 'c']],
    ["data.text == 'event by party'", ['data'], ['text']],
    ['data.items.filter(i, i.party == party)', ['data', 'party'], ['items']],
    ["{'a': [data.x, event.y]}", ['data', 'event'], ['x']],
    ["data['x'] == by.person", ['data', 'by'], null],
  ])('is told from its tree: %s', (text, names, fields) => {
    const reads = readBy(compileCel(text));
    for (const name of ['data', 'event', 'by', 'party']) {
      expect(reads.names.has(name)).toBe(names.includes(name));
    }
    expect(reads.dataFields && [...reads.dataFields].sort()).toEqual(fields);
  });
});
