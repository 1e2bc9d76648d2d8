import { describe, expect, test } from 'vitest';
import { checkAnswers } from '../../web/presenters/summary.ts';
import { everyContext, everyField, goodValues } from '../server/forms/every-field.ts';

function rows(values: unknown, more: object = {}) {
  const all = checkAnswers({ schema: everyField, values, context: everyContext, ...more });
  return new Map(all.map((row) => [row.key, row.value]));
}

describe('answers to check', () => {
  test('are in words: dates, sums, and names instead of ids', () => {
    const seen = rows(goodValues);
    expect(seen.get('Review date')).toEqual({ text: '1 March 2027' });
    expect(seen.get('Amount')).toEqual({ text: '£1,250.50' });
    expect(seen.get('Chair')).toEqual({ text: 'Amina Yusuf' });
    expect(seen.get('Level')).toEqual({ text: 'Managers' });
    expect(seen.get('Is anybody unsafe meanwhile?')).toEqual({ text: 'No' });
    expect(seen.get('Services concerned')).toEqual({
      list: [{ text: 'Housing' }, { text: 'Legal aid' }],
      bullets: true,
    });
    expect(seen.get('Parties')).toMatchObject({
      list: [
        {
          rows: [
            { key: 'Organisation', value: { text: 'Northshire Council' } },
            { key: 'Contribution', value: { text: '£5,000.00' } },
            { key: 'Partner since', value: { text: '29 February 2024' } },
          ],
        },
        { rows: [{ key: 'Organisation', value: { text: 'Harbour Refuge' } }] },
      ],
    });
  });

  test('leave out what was not given, or say so where that matters', () => {
    expect(rows({ subject: 'x' }).has('Theme')).toBe(false);
    expect(rows({ subject: 'x' }, { emptyText: 'Not given' }).get('Theme')).toEqual({
      text: 'Not given',
      empty: true,
    });
  });

  test('lead back to the control that changes them', () => {
    const [first] = checkAnswers({
      schema: everyField,
      values: goodValues,
      changeHref: (id) => `/form#${id}`,
    });
    expect(first?.change).toEqual({ href: '/form#subject', what: 'what is in dispute' });
  });

  test('show as it stands what an older definition left behind', () => {
    const seen = rows({ reviewDate: 'in spring', chair: 'p-gone', level: 'ministers' });
    expect(seen.get('Review date')).toEqual({ text: 'in spring' });
    expect(seen.get('Chair')).toEqual({ text: 'p-gone' });
    expect(seen.get('Level')).toEqual({ text: 'ministers' });
  });
});
