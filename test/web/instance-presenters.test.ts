import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../../engine/json-schema.ts';
import type { HistoryRecord } from '../../server/use-cases/read-history.ts';
import type { DataLinks } from '../../web/presenters/data-list.ts';
import { presentData } from '../../web/presenters/instance-data.ts';
import { foldMails, presentRecords } from '../../web/presenters/instance-history.ts';
import type { Speaking } from '../../web/presenters/spoken-value.ts';
import { presentUnmet } from '../../web/presenters/unmet.ts';

const HEALTH = 'A1234567890123456789';
const REFUGE = 'B1234567890123456789';
const MARTA = 'C1234567890123456789';
const names = new Map([
  [HEALTH, 'Łódź Health'],
  [REFUGE, 'Harbour Refuge'],
  [MARTA, 'Marta Manager'],
]);
const speaking: Speaking = {
  names,
  timeZone: 'Europe/London',
  context: { currency: 'GBP', organisations: [{ value: HEALTH, text: 'Łódź Health' }] },
};
const links: DataLinks = {
  list: (field) => `/lists/${field}`,
  instance: (id) => `/instances/${id}`,
  field: (instance, field) => `/instances/${instance ?? 'here'}/fields/${field ?? ''}`,
};

describe('what is recorded', () => {
  const item = (properties: Record<string, JsonSchema>): JsonSchema => ({
    type: 'array',
    title: 'List',
    items: { type: 'object', title: 'Entry', properties },
  });

  test('a list of one part stands with the answers, one of several is a table, empty ones are left out', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        one: item({
          organisation: { type: 'string', format: 'organisation', title: 'Organisation' },
        }),
        two: item({
          name: { type: 'string', title: 'Name' },
          amount: { type: 'integer', format: 'money', title: 'Amount' },
          never: { type: 'string', title: 'Never filled in' },
        }),
        none: item({ name: { type: 'string', title: 'Name' } }),
      },
    };
    const data = {
      one: [{ organisation: HEALTH }],
      two: [{ name: 'Van', amount: 125_050 }],
      none: [],
    };
    const view = presentData({ schema, data, speaking, links });
    expect(view.rows).toEqual([
      { id: 'field-one', key: 'List', value: { list: [{ text: 'Łódź Health' }], bullets: false } },
    ]);
    expect(view.lists).toHaveLength(1);
    expect(view.lists[0]?.table?.columns.map(({ text }) => text)).toEqual(['Name', 'Amount']);
    expect(view.lists[0]?.table?.rows[0]?.cells.map(({ text }) => text)).toEqual([
      'Van',
      '£1,250.50',
    ]);
  });

  test('a long list is cut short with a way to the whole, and is whole where there is no such page', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        many: item({ a: { type: 'string', title: 'A' }, b: { type: 'string', title: 'B' } }),
      },
    };
    const data = { many: Array.from({ length: 30 }, (_, i) => ({ a: `a${i}`, b: `b${i}` })) };
    const [short] = presentData({ schema, data, speaking, links }).lists;
    expect(short).toMatchObject({ count: '12 of 30 are shown here.', more: '/lists/many' });
    expect(short?.table?.rows).toHaveLength(12);
    const [whole] = presentData({ schema, data, speaking, links: { ...links, list: null } }).lists;
    expect(whole?.table?.rows).toHaveLength(30);
    expect(whole).toMatchObject({ count: '', more: '' });
  });

  test('an open item leads to where it is mended, and its technical parts are not shown', () => {
    const text = (title: string): JsonSchema => ({ type: 'string', title });
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        open: item({
          title: text('Item'),
          owner: text('Owner'),
          instance: text('I'),
          field: text('F'),
        }),
      },
    };
    const data = { open: [{ title: 'Aims', owner: MARTA, instance: 'X', field: 'items.1' }] };
    const [list] = presentData({ schema, data, speaking, links }).lists;
    expect(list?.table?.columns.map(({ text: said }) => said)).toEqual(['Item', 'Owner']);
    expect(list?.table?.rows[0]?.cells).toMatchObject([
      { text: 'Aims', href: '/instances/X/fields/items.1' },
      { text: 'Marta Manager', href: '' },
    ]);
  });

  test('answers stand under their heading, the parts of an object under its title, empty headings nowhere', () => {
    const text = (title: string, under?: string): JsonSchema => ({
      type: 'string',
      title,
      ...(under === undefined ? {} : { under }),
    });
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        cost: text('Cost', 'Money'),
        name: text('Name'),
        never: text('Never filled in', 'Nothing here'),
        payer: text('Payer', 'Money'),
        signed: {
          type: 'object',
          title: 'As signed',
          properties: { cost: text('Cost', 'Money'), rows: item({ a: text('A'), b: text('B') }) },
        },
      },
    };
    const data = {
      cost: 'ten',
      name: 'Van',
      payer: 'us',
      signed: { cost: 'nine', rows: [{ a: '1', b: '2' }] },
    };
    const view = presentData({ schema, data, speaking, links });
    expect(view.rows.map(({ key }) => key)).toEqual(['Name']);
    expect(
      view.groups.map(({ title, rows, lists }) => [title, rows.map(({ id }) => id), lists.length]),
    ).toEqual([
      ['Money', ['field-cost', 'field-payer'], 0],
      ['As signed', ['field-cost-of-signed'], 1],
    ]);
  });

  test('entries with many parts are named by what tells them apart', () => {
    const parts = ['id', 'group', 'question', 'who', 'state', 'x', 'y', 'z'];
    const properties = Object.fromEntries(
      parts.map((name) => [name, { type: 'string', title: name } as const]),
    );
    const schema: JsonSchema = { type: 'object', properties: { items: item(properties) } };
    const entry = (question: string, who: string) => ({
      ...Object.fromEntries(parts.map((name) => [name, 'same'])),
      question,
      who,
    });
    const data = { items: [entry('Money?', 'A'), entry('Money?', 'B'), entry('Staff?', 'A')] };
    const [list] = presentData({ schema, data, speaking, links }).lists;
    expect(list?.table).toBeNull();
    expect(list?.entries.map(({ title }) => title)).toEqual([
      'Money? – A – same',
      'Money? – B – same',
      'Staff? – A – same',
    ]);
  });
});

describe('why not yet', () => {
  test('criteria that say the same are told once, with names and links for all that is open', () => {
    const unmet = presentUnmet(
      [
        { sentence: 'Not all have answered.', do: 'Ask them.', items: [{ organisation: HEALTH }] },
        {
          sentence: 'Not all have answered.',
          do: 'Ask them.',
          items: [{ title: 'Money', organisation: REFUGE, owner: MARTA, field: 'money' }],
        },
        { sentence: 'No date is set.' },
      ],
      { names, fieldHref: links.field },
    );
    expect(unmet).toEqual([
      {
        sentence: 'Not all have answered.',
        todo: 'Ask them.',
        items: [
          { text: 'Łódź Health', who: '', href: '' },
          {
            text: 'Money',
            who: 'Harbour Refuge, Marta Manager',
            href: '/instances/here/fields/money',
          },
        ],
      },
      { sentence: 'No date is set.', todo: '', items: [] },
    ]);
  });
});

describe('history in sentences', () => {
  const record = (more: Partial<HistoryRecord>): HistoryRecord => ({
    seq: 1,
    hash: 'f'.repeat(64),
    previous: null,
    at: '2027-03-01T09:00:00.000Z',
    story: 'Something',
    event: {},
    fields: { type: 'object' },
    by: null,
    link: null,
    from: null,
    reached: null,
    answers: null,
    changes: [],
    moved: [],
    document: null,
    ...more,
  });
  const said = (one: HistoryRecord): string | undefined =>
    presentRecords({ records: [one], data: { type: 'object' }, speaking, documentHref: null })[0]
      ?.what;

  test('placeholders become names, dates, sums and choices; what is missing is said to be', () => {
    const fields: JsonSchema = {
      type: 'object',
      properties: {
        sum: { type: 'integer', format: 'money', title: 'Sum' },
        kind: { type: 'string', oneOf: [{ const: 'x', title: 'In kind' }] },
      },
    };
    const story = '{party} gives {sum} {kind} by {on}, told {people}: {why}';
    const event = {
      party: HEALTH,
      sum: 125_000,
      kind: 'x',
      on: '2027-03-31',
      people: [MARTA, REFUGE],
    };
    expect(said(record({ story, event, fields }))).toBe(
      'Łódź Health gives £1,250.00 In kind by 31 March 2027, told Marta Manager and Harbour Refuge: not given',
    );
    expect(said(record({ story: `Started: Readiness: ${HEALTH}` }))).toBe(
      'Started: Readiness: Łódź Health',
    );
    expect(said(record({ story: '{constructor} {__proto__}' }))).toBe('not given not given');
  });

  test('mails that follow each other are told together, and nothing else is', () => {
    const mail = (seq: number, person: string): HistoryRecord =>
      record({ seq, story: 'E-mail sent to {people}', event: { what: 'mail', people: [person] } });
    const folded = foldMails([
      mail(1, MARTA),
      mail(2, REFUGE),
      mail(3, MARTA),
      record({ seq: 4, story: 'Decided' }),
      record({ seq: 5, story: 'Decided' }),
      mail(6, MARTA),
    ]);
    expect(folded.map(({ seq }) => seq)).toEqual([3, 4, 5, 6]);
    expect(folded[0] && said(folded[0])).toBe('E-mail sent to Marta Manager and Harbour Refuge');
  });
});
