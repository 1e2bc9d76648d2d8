import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAt, lastDayOf, reminderAt } from '../../engine/deadline.ts';
import type { DeadlineSpec } from '../../engine/definition.ts';
import type { Scope } from '../../engine/scope.ts';
import type { WorkingCalendar } from '../../engine/working-calendar.ts';
import { holidayCalendar } from '../../server/holiday-calendar.ts';
import { APPROVAL } from '../support/approval-workflow.ts';
import { engineHarness, PLAIN_CALENDAR } from '../support/engine-harness.ts';

function scopeIn(timeZone: string, data: Scope['data'] = {}): Scope {
  return {
    data,
    event: { type: 'LOOK' },
    settings: { days: 10 },
    at: '2027-01-01T00:00:00.000Z',
    today: '2027-01-01',
    by: null,
    party: null,
    instance: { id: 'i1', partnership: null, parent: null, timeZone },
    documents: {},
    partnership: null,
  };
}

const spec = (deadline: Omit<DeadlineSpec, 'title'>): DeadlineSpec => ({
  title: 'Due',
  ...deadline,
});

/** The local day a deadline ends with. */
function lastDay(
  deadline: Omit<DeadlineSpec, 'title'>,
  from: string,
  timeZone = 'Europe/London',
  calendar: WorkingCalendar = PLAIN_CALENDAR,
  data: Scope['data'] = {},
): string | null {
  const due = dueAt(spec(deadline), scopeIn(timeZone, data), from, calendar);
  return due === null ? null : lastDayOf(due, timeZone);
}

describe('a deadline', () => {
  it.each([
    [
      'ten working days from Monday 1 March',
      { workingDays: 10 },
      '2027-03-01T10:00:00.000Z',
      '2027-03-15',
    ],
    ['one month from 31 January', 'P1M', '2027-01-31T10:00:00.000Z', '2027-02-28'],
    ['one month from 31 January of a leap year', 'P1M', '2028-01-31T10:00:00.000Z', '2028-02-29'],
    ['a year from 29 February', 'P1Y', '2028-02-29T10:00:00.000Z', '2029-02-28'],
    ['twelve weeks', 'P12W', '2027-03-01T10:00:00.000Z', '2027-05-24'],
  ])('of %s ends with the right day', (_, after, from, expected) => {
    expect(lastDay({ from: 'entry', after }, from)).toBe(expected);
  });

  it('is due only while its own condition is true, and at no time where that cannot be told', () => {
    const plan = { from: 'data.due', after: 'P0D', when: '!data.done' };
    const dueWith = (data: Scope['data']) =>
      lastDay(plan, '', 'Europe/London', PLAIN_CALENDAR, data);
    expect(dueWith({ due: '2027-05-31', done: false })).toBe('2027-05-31');
    expect(dueWith({ due: '2027-05-31', done: true })).toBeNull();
    expect(dueWith({ due: '2027-05-31' })).toBeNull();
  });

  it('does not count public holidays of its region as working days', () => {
    // Good Friday is 26 and Easter Monday 29 March 2027 in England.
    const easter = lastDay(
      { from: 'entry', after: { workingDays: 3 } },
      '2027-03-24T10:00:00.000Z',
      'Europe/London',
      holidayCalendar('GB-ENG'),
    );
    expect(easter).toBe('2027-03-31');
  });

  it.each([
    ['Europe/London', '2027-03-27T12:00:00.000Z', '2027-03-28T23:00:00.000Z'],
    ['Europe/London', '2027-10-30T12:00:00.000Z', '2027-11-01T00:00:00.000Z'],
    ['Australia/Lord_Howe', '2027-10-02T00:00:00.000Z', '2027-10-03T13:00:00.000Z'],
    ['America/St_Johns', '2027-03-13T12:00:00.000Z', '2027-03-15T02:30:00.000Z'],
  ])('ends at local midnight over the change of clocks in %s', (timeZone, from, expected) => {
    const due = dueAt(
      spec({ from: 'entry', after: 'P1D' }),
      scopeIn(timeZone),
      from,
      PLAIN_CALENDAR,
    );
    expect(due).toBe(expected);
  });

  it('counts before a date in the data, and waits while it is not known', () => {
    const review = { from: 'data.reviewOn', before: 'P12W' };
    const at = '2027-01-01T00:00:00.000Z';
    expect(lastDay(review, at)).toBeNull();
    const data = { reviewOn: '2027-12-31' };
    expect(lastDay(review, at, 'Europe/London', PLAIN_CALENDAR, data)).toBe('2027-10-08');
  });

  it.each(['nonsense', '2027-13-01', 42, null, {}])('waits while the date is %j', (reviewOn) => {
    const data = { reviewOn } as Scope['data'];
    const at = '2027-01-01T00:00:00.000Z';
    expect(
      lastDay({ from: 'data.reviewOn', after: 'P1D' }, at, 'Europe/London', PLAIN_CALENDAR, data),
    ).toBeNull();
  });

  it('of hours counts from the instant itself', () => {
    const due = dueAt(
      spec({ from: 'entry', after: 'PT36H' }),
      scopeIn('Europe/London'),
      '2027-03-27T12:00:00.000Z',
      PLAIN_CALENDAR,
    );
    expect(due).toBe('2027-03-29T00:00:00.000Z');
  });

  it('never comes before what it counts from, in any zone, and its reminder never after it', () => {
    const zones = ['Europe/London', 'Australia/Lord_Howe', 'America/St_Johns', 'Asia/Kathmandu'];
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2020-01-01'), max: new Date('2045-01-01'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 400 }),
        fc.constantFrom(...zones),
        fc.boolean(),
        (date, count, timeZone, working) => {
          const from = date.toISOString();
          const after = working ? { workingDays: count } : `P${count}D`;
          const scope = scopeIn(timeZone);
          const due = dueAt(spec({ from: 'entry', after }), scope, from, PLAIN_CALENDAR) ?? '';
          const reminder = reminderAt(due, 'P2D', scope, PLAIN_CALENDAR) ?? '';
          return due > from && reminder < due;
        },
      ),
    );
  });
});

describe('a running deadline', () => {
  const START = '2027-03-01T10:00:00.000Z';
  const begin = () =>
    engineHarness({ definition: APPROVAL, at: START, form: { subject: 'A van' } });

  it('fires once for the visit it belongs to', () => {
    const instance = begin();
    const { timer, visit, dueAt: due } = instance.head.timers[0] ?? {};
    const again = {
      type: 'concordat.deadline',
      timer: timer ?? '',
      visit: visit ?? 0,
      dueAt: due ?? '',
    };
    expect(instance.fire('answersDue').outcome).toBe('taken');
    const second = instance.send(again, '2027-04-01T00:00:00.000Z', { kind: 'engine' });
    expect(second.outcome).toBe('dropped');
  });

  it('is dropped when its state was left and entered again', () => {
    const instance = begin();
    const old = instance.head.timers.find(({ deadline }) => deadline === 'answersDue');
    instance.send({ type: 'ANSWER', party: 'council', text: 'a' }, START);
    instance.send({ type: 'ANSWER', party: 'trust', text: 'a' }, START);
    instance.send({ type: 'SEND_BACK' }, '2027-03-03T10:00:00.000Z');
    const now = instance.head.timers.find(({ deadline }) => deadline === 'answersDue');
    expect(now?.visit).toBe(2);
    const stale = {
      type: 'concordat.deadline',
      timer: old?.timer ?? '',
      visit: 1,
      dueAt: old?.dueAt ?? '',
    };
    expect(instance.send(stale, '2027-05-01T00:00:00.000Z', { kind: 'engine' }).outcome).toBe(
      'dropped',
    );
  });

  it('never fires early, whatever asks it to', () => {
    expect(begin().fire('answersDue', '2027-03-15T23:59:59.999Z').outcome).toBe('dropped');
  });

  it('moves when the data it counts from move, and may come again after a correction', () => {
    const definition = {
      ...APPROVAL,
      machine: {
        initial: 'open',
        states: {
          open: {
            meta: { title: 'Open' },
            after: { decisionDue: {} },
            on: {
              PLAN: {
                actions: [{ type: 'record' }],
                meta: { label: 'Plan', by: ['manager'], form: { fields: ['decideBy'] } },
              },
            },
          },
        },
      },
    };
    const instance = engineHarness({ definition, at: START, form: { subject: 'A van' } });
    instance.send({ type: 'PLAN', decideBy: '2027-03-05' }, START);
    expect(instance.fire('decisionDue').outcome).toBe('taken');
    const changes = { decideBy: '2028-03-05' };
    const correct = { type: 'concordat.correct', changes, reason: 'The wrong year was typed.' };
    instance.send(correct, '2027-03-07T10:00:00.000Z', { kind: 'engine' });
    expect(instance.head.timers[0]).toMatchObject({
      firedAt: null,
      visit: 2,
      dueAt: '2028-03-06T00:00:00.000Z',
    });
    expect(instance.fire('decisionDue').outcome).toBe('taken');
  });
});
