import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { compileCel, failureOf } from '../../engine/cel.ts';
import { monthsBefore } from '../../engine/months-before.ts';
import { scopeWith } from '../support/scope-with.ts';

const days = fc
  .integer({ min: 0, max: 73_000 })
  .map((count) => Temporal.PlainDate.from('1950-01-01').add({ days: count }));

describe('so many months before a date', () => {
  it.each([
    ['2028-03-31', 6, '2027-09-30'],
    ['2028-03-30', 6, '2027-09-30'],
    ['2028-03-31', 1, '2028-02-29'],
    ['2027-03-31', 1, '2027-02-28'],
    ['2028-02-29', 12, '2027-02-28'],
    ['2027-01-15', 3, '2026-10-15'],
    ['2027-01-15', 0, '2027-01-15'],
  ])('%s less %i is %s', (date, months, expected) => {
    expect(monthsBefore(date, months)).toBe(expected);
  });

  it('notice served on the day has run out by the date, and it is late by three days at most', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 120 }), (end, months) => {
        const day = Temporal.PlainDate.from(monthsBefore(end.toString(), months));
        expect(Temporal.PlainDate.compare(day.add({ months }), end)).toBeLessThanOrEqual(0);
        const later = day.add({ days: 4 }).add({ months });
        expect(Temporal.PlainDate.compare(later, end)).toBeGreaterThan(0);
      }),
    );
  });

  it('a later end never gives an earlier day, nor more months a later one', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 120 }), fc.nat(400), (end, months, more) => {
        const text = end.toString();
        expect(
          monthsBefore(text, months) <= monthsBefore(end.add({ days: more }).toString(), months),
        ).toBe(true);
        expect(monthsBefore(text, months + 1) < monthsBefore(text, months)).toBe(true);
      }),
    );
  });

  it('is worked out in an expression, and what is no date or no number of months says why it is left out', () => {
    const program = compileCel('monthsBefore(data.endDate, data.noticeMonths)');
    expect(program(scopeWith({ endDate: '2030-03-31', noticeMonths: 3 }))).toBe('2029-12-31');
    expect(program(scopeWith({ endDate: '2030-03-31' }))).toBeUndefined();
    for (const data of [
      { endDate: '2030-02-30', noticeMonths: 3 },
      { endDate: 'soon', noticeMonths: 3 },
      { endDate: '2030-03-31', noticeMonths: 1.5 },
      { endDate: '2030-03-31', noticeMonths: -1 },
      { endDate: '2030-03-31', noticeMonths: 'three' },
    ]) {
      expect(program(scopeWith(data))).toBeUndefined();
      expect(failureOf(program, scopeWith(data))).not.toBeNull();
    }
  });
});
