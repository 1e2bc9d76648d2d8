import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import { formFields } from '../../../server/http/form/post-body.ts';
import { readForm } from '../../../server/http/form/read-form.ts';
import { fillFields } from '../../../web/presenters/form/fill-fields.ts';
import { everyContext, everyField, goodValues } from './every-field.ts';

const good = fillFields({ schema: everyField, values: goodValues, context: everyContext });

/** Reads the good answers with some typed otherwise; an empty list takes a control away. */
function readWith(changes: Record<string, string | readonly string[]>) {
  const fields = new Map(good);
  for (const [name, typed] of Object.entries(changes)) {
    fields.set(name, typeof typed === 'string' ? [typed] : typed);
  }
  return readForm({ schema: everyField, fields, context: everyContext });
}

function messages(changes: Record<string, string | readonly string[]>): readonly string[] {
  return readWith(changes).errors.map((error) => error.message);
}

describe('a form that is filled in well', () => {
  test('gives the values as typed JSON, and no error', () => {
    const read = readWith({});
    expect(read.errors).toEqual([]);
    expect(read.values).toEqual(goodValues);
    expect(read.action).toEqual({ did: 'submit' });
  });

  test('leaves out what was optional and left empty', () => {
    const read = readWith({
      email: '',
      people: ' ',
      urgent: '',
      services: [],
      'aliases[0]': '',
      'venue.building': '',
      'venue.room': '',
    });
    expect(read.errors).toEqual([]);
    for (const name of ['email', 'people', 'urgent', 'services', 'venue']) {
      expect(read.values).not.toHaveProperty(name);
    }
  });

  test('takes sums, numbers and dates as people write them', () => {
    const read = readWith({
      amount: ' £1,250 ',
      people: '1,200',
      'reviewDate.day': '09',
      'reviewDate.month': 'Sept',
    });
    expect(read.errors).toEqual([]);
    expect(read.values).toMatchObject({ amount: 125_000, people: 1200, reviewDate: '2027-09-09' });
  });

  test('drops a row in which nothing was typed, and numbers the rest anew', () => {
    const read = readWith({ 'parties.rows': '4', 'parties[3].organisation': 'o-trust' });
    expect(read.errors).toEqual([]);
    expect(read.values['parties']).toHaveLength(3);
    expect(read.typed.get('parties[2].organisation')).toEqual(['o-trust']);
  });
});

describe('a mistake is told in plain words, at its field', () => {
  const cases: readonly [Record<string, string | readonly string[]>, string][] = [
    [{ subject: '' }, 'Enter what is in dispute'],
    [{ subject: 'x'.repeat(201) }, 'What is in dispute must be 200 characters or fewer'],
    [{ story: '  \r\n ' }, 'Enter what has happened so far'],
    [{ story: 'x'.repeat(4001) }, 'What has happened so far must be 4,000 characters or fewer'],
    [
      { reference: 'ab-1' },
      'MOU reference is not written as it must be. Two letters and three figures, like AB123.',
    ],
    [
      { email: 'amina at northshire' },
      'Contact e-mail must be an e-mail address, like name@example.com',
    ],
    [{ 'reviewDate.day': '31', 'reviewDate.month': '2' }, 'Review date must be a real date'],
    [{ 'reviewDate.month': '' }, 'Review date must include a month'],
    [{ 'reviewDate.year': '2207' }, 'Review date must be in a year from 1900 to 2199'],
    [{ 'reviewDate.year': '0207' }, 'Review date must be in a year from 1900 to 2199'],
    [{ 'reviewDate.day': '', 'reviewDate.year': '' }, 'Review date must include a day and a year'],
    [
      { 'reviewDate.day': '', 'reviewDate.month': '', 'reviewDate.year': '' },
      'Enter a date: Review date',
    ],
    [
      { 'reviewDate.year': '27' },
      'Review date must include all four figures of the year, like 2027',
    ],
    [{ amount: 'abc' }, 'Amount must be a sum of money, like 1,250 or 1,250.50'],
    [{ amount: '12,50' }, 'Amount must be a sum of money, like 1,250 or 1,250.50'],
    [{ amount: '0.50' }, 'Amount must be £1 or more'],
    [{ amount: '2,000,000' }, 'Amount must be £1,000,000 or less'],
    ...['a while', '0 weeks', '12', 'P', 'PT4H', '2 weeks and 3 weeks', '1 week and 2 days'].map(
      (notice): [Record<string, string>, string] => [
        { notice },
        'Notice must be a length of time, like 10 days, 12 weeks or 6 months',
      ],
    ),
    [{ people: '12.5' }, 'How many people must be a whole number, like 12'],
    [{ people: '0' }, 'How many people must be 1 or more'],
    [{ share: '101' }, 'Share in per cent must be 100 or less'],
    [{ share: 'half' }, 'Share in per cent must be a number, like 12 or 12.5'],
    [{ agreed: [] }, 'Select yes if the finance lead has agreed'],
    [{ level: [] }, 'Select level'],
    [{ level: 'ministers' }, 'Select level from the list'],
    [{ chair: '' }, 'Select chair'],
    [{ chair: 'p-stranger' }, 'Select chair from the list'],
    [
      { services: ['housing', 'mental-health', 'substance-use', 'legal-aid'] },
      'Services concerned: select no more than 3',
    ],
    [
      { 'parties[1].organisation': '', 'parties[1].contribution': '5' },
      'Party 2: select organisation',
    ],
    [{ 'parties[0].since.day': '30' }, 'Party 1: partner since must be a real date'],
    [{ 'parties[1].organisation': '' }, 'Parties: give at least 2'],
    [{ 'venue.building': '' }, 'Enter building'],
    [{ confirmed: [] }, 'Tick the box to confirm: I have spoken with the other side first'],
    [{ 'evidence.hash': 'not-a-hash' }, 'Upload evidence again'],
  ];

  test.each(cases)('%j', (changes, message) => {
    expect(messages(changes)).toEqual([message]);
  });

  test('each error leads to a control, in the order of the form', () => {
    const { errors } = readWith({ subject: '', 'reviewDate.month': '', confirmed: [] });
    expect(errors.map(({ href }) => href)).toEqual(['#subject', '#reviewDate-month', '#confirmed']);
  });

  test('a rule over several fields is told at the field it asks for', () => {
    const schema: JsonSchema = {
      type: 'object',
      required: ['ready'],
      properties: {
        ready: { type: 'boolean', title: 'This is in place' },
        plan: { type: 'string', title: 'Plan for the gap', maxLength: 200 },
      },
      if: { properties: { ready: { const: false } } },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { required: ['plan'] },
    };
    const read = readForm({ schema, fields: formFields({ ready: 'no', plan: '' }) });
    expect(read.errors).toEqual([
      { path: '/plan', href: '#plan', message: 'Enter plan for the gap' },
    ]);
  });

  test('a rule that belongs to no field is still told, never in the words of the validator', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: { a: { type: 'string', title: 'A', maxLength: 5 } },
      not: { required: ['a'] },
    };
    const read = readForm({ schema, fields: formFields({ a: 'x' }) });
    expect(read.errors.map((error) => error.message)).toEqual([
      'These answers do not fit together. Check them and send the form again',
    ]);
  });
});

describe('add another and remove', () => {
  test('keep everything that was typed, also what is wrong, and complain of nothing', () => {
    const read = readWith({
      _action: 'add:parties',
      amount: 'abc',
      'reviewDate.day': '31',
      'reviewDate.month': '02',
    });
    expect(read.action).toEqual({ did: 'add', name: 'parties' });
    expect(read.errors).toEqual([]);
    expect(read.typed.get('parties.rows')).toEqual(['3']);
    expect(read.typed.get('amount')).toEqual(['abc']);
    expect(read.typed.get('reviewDate.month')).toEqual(['02']);
  });

  test('remove takes out that row and closes up', () => {
    const read = readWith({
      _action: 'remove:parties[0]',
      'parties.rows': '3',
      'parties[2].organisation': 'o-trust',
    });
    expect(read.typed.get('parties.rows')).toEqual(['2']);
    expect(read.typed.get('parties[0].organisation')).toEqual(['o-refuge']);
    expect(read.typed.get('parties[1].organisation')).toEqual(['o-trust']);
    expect(read.typed.has('parties[2].organisation')).toBe(false);
  });

  test('remove takes out an upload', () => {
    const read = readWith({ _action: 'remove:evidence' });
    expect(read.typed.has('evidence.hash')).toBe(false);
    expect(read.typed.get('subject')).toEqual(['Who pays for the night shelter']);
  });

  test('a name that is no list changes nothing and submits nothing', () => {
    const read = readWith({ _action: 'add:nonsense' });
    expect(read.action.did).toBe('add');
    expect(read.typed.get('subject')).toEqual(good.get('subject'));
  });
});

describe('what comes from outside is bounded', () => {
  test.each([
    '__proto__[x]',
    'a.constructor',
    'a[prototype]',
    'a#refused',
    'a[[0]]',
    '',
    'a..b',
    'x'.repeat(201),
  ])('the field name %j is refused with a sentence', (name) => {
    expect(() => formFields({ [name]: 'x' })).toThrow(
      expect.objectContaining({ code: 'bad-request' }),
    );
    expect(Object.prototype).not.toHaveProperty('x');
  });

  test('too many fields and too long texts are refused', () => {
    const many = Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`f${i}`, 'x']));
    expect(() => formFields(many)).toThrow(expect.objectContaining({ code: 'too-large' }));
    expect(() => formFields({ a: 'x'.repeat(200_001) })).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
  });

  test('a file for which the form has no field is let go', () => {
    const file = (field: string, text: string) => ({
      field,
      name: `${field}.txt`,
      mediaType: 'text/plain',
      bytes: Buffer.from(text),
    });
    const files = [file('evidence', 'What shows it'), file('smuggled', 'Not asked for')];
    const read = readForm({ schema: everyField, fields: good, files, context: everyContext });
    expect(read.errors).toEqual([]);
    expect(read.uploads.map(({ name }) => name)).toEqual(['evidence.txt']);
  });

  test('a list never has more rows than the schema allows, whatever is claimed', () => {
    const read = readWith({ 'parties.rows': '999999999', 'parties[77].organisation': 'o-trust' });
    expect((read.values['parties'] as unknown[]).length).toBeLessThanOrEqual(5);
  });

  test('fields that the schema does not know are left out', () => {
    const read = readWith({ administrator: 'true', 'venue.owner': 'me' });
    expect(read.values).toEqual(goodValues);
  });
});
