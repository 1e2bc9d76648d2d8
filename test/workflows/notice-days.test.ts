import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EventSource } from '../../engine/choose-transition.ts';
import { compileWorkflow } from '../../engine/compile.ts';
import { ConcordatError } from '../../engine/errors.ts';
import { lastDayOf } from '../../engine/deadline.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { startInstance } from '../../engine/start-instance.ts';
import { step } from '../../engine/step.ts';
import type { StepResult } from '../../engine/step-result.ts';
import { PLAIN_CALENDAR } from '../support/engine-harness.ts';

const LEAD = { person: 'lea', organisation: 'A', role: 'lead' };
const DOCUMENT = { title: 'Text', html: 'h', pdf: 'p', text: 't', manifest: 'M', at: '' };
const PARTNERSHIP = { id: 'p', title: 'P', lead: 'A', organisations: ['A', 'B'] };

/** One record of a workflow that comes with the product, which hands what it sends to the next. */
function recordOf(id: string, at: string, start: { form?: JsonObject; data?: JsonObject }) {
  const workflow = compileWorkflow(
    JSON.parse(
      readFileSync(new URL(`../../workflows/${id}.json`, import.meta.url), 'utf8'),
    ) as WorkflowDefinition,
  );
  const surroundings = {
    workflow,
    by: LEAD,
    instance: { id, partnership: 'p', parent: null, timeZone: 'Europe/London' },
    settings: Object.fromEntries(
      Object.entries(workflow.definition.settings ?? {}).map(([name, one]) => [name, one.default]),
    ),
    calendar: PLAIN_CALENDAR,
  };
  let head: StepResult = startInstance({ ...surroundings, at, ...start, partnership: PARTNERSHIP });
  const documents = { agreement: DOCUMENT };
  return {
    data: () => head.snapshot.data,
    place: (value: StepResult['snapshot']['value'], data: JsonObject = {}) => {
      head = {
        ...head,
        snapshot: { ...head.snapshot, value, documents, data: { ...head.snapshot.data, ...data } },
      };
    },
    send: (type: string, when: string, fields: JsonObject, from: 'person' | 'child' | 'engine') => {
      const source: EventSource =
        from === 'child' ? { kind: 'signal', from: ['child'] } : { kind: from };
      head = step({ ...surroundings, at: when, head, event: { ...fields, type }, source });
    },
    sent: (event: string): JsonObject => {
      const found = head.effects.find((one) => one.type === 'signal' && one.event === event);
      return found?.type === 'signal' ? found.with : {};
    },
    started: (): JsonObject => {
      const found = head.effects.find((one) => one.type === 'start');
      return found?.type === 'start' ? found.data : {};
    },
    due: (deadline: string) => {
      const dueAt = head.timers.find((timer) => timer.deadline === deadline)?.dueAt;
      return dueAt ? lastDayOf(dueAt, 'Europe/London') : null;
    },
  };
}

/** An agreement that is being drafted; `send` answers what its drafter is told, or "taken". */
function beingDrafted() {
  const agreement = recordOf('agreement', '2027-01-11T10:00:00.000Z', {
    form: { title: 'Text', kind: 'mou', isSection75: false },
  });
  agreement.place({ working: { text: 'drafting', force: 'notYet' } });
  const send = (type: string, fields: JsonObject): string => {
    try {
      agreement.send(type, '2027-01-12T10:00:00.000Z', fields, 'person');
      return 'taken';
    } catch (error) {
      if (error instanceof ConcordatError) return error.userMessage;
      throw error;
    }
  };
  return { agreement, send };
}

/** An agreement with these dates is signed; its partnership plans a review of it. */
function signedWith(terms: JsonObject) {
  const { agreement } = beingDrafted();
  const editing = '2027-01-12T10:00:00.000Z';
  const ofReview = ['firstReviewDate', 'lastNoticeDay', 'noticeDayReason'];
  const fields = (mine: boolean): JsonObject =>
    Object.fromEntries(Object.entries(terms).filter(([name]) => ofReview.includes(name) === mine));
  agreement.send('EDIT_TERM', editing, fields(false), 'person');
  agreement.send('EDIT_REVIEW', editing, fields(true), 'person');
  agreement.place({ working: { text: 'renderingExecuted', force: 'notYet' } });
  agreement.send(
    'effect.document.executed',
    '2027-02-01T10:00:00.000Z',
    { document: DOCUMENT, asked: 0 },
    'engine',
  );
  const partnership = recordOf('partnership', '2027-01-04T10:00:00.000Z', {
    form: { title: 'P', purpose: 'Families get safe.' },
  });
  const from = { instance: 'agreement', workflow: 'agreement', partnership: 'p' };
  partnership.send(
    'AGREEMENT_SIGNED',
    '2027-02-01T10:00:00.000Z',
    { ...agreement.sent('AGREEMENT_SIGNED'), from },
    'child',
  );
  const first = recordOf('review', '2027-02-01T10:00:00.000Z', { data: partnership.started() });
  return { agreement, partnership, review: first };
}

describe('dates that cannot go together are refused while the text is drafted', () => {
  const TERM = { startDate: '2027-04-01', endDate: '2028-03-31' };
  const TOO_LONG = 'no notice could ever be given in time';
  const TOO_LATE = 'ended by the day of';

  it('more months of notice than the agreement lasts', () => {
    const { send } = beingDrafted();
    expect(send('EDIT_TERM', { ...TERM, noticeMonths: 12 })).toContain(TOO_LONG);
    expect(send('EDIT_TERM', { ...TERM, noticeMonths: 11 })).toBe('taken');
  });

  it('a review after the end, whichever of the two is typed last', () => {
    const { send } = beingDrafted();
    expect(send('EDIT_TERM', { ...TERM, noticeMonths: 3 })).toBe('taken');
    expect(send('EDIT_REVIEW', { firstReviewDate: '2028-04-01' })).toContain(TOO_LATE);
    expect(send('EDIT_REVIEW', { firstReviewDate: '2028-03-31' })).toBe('taken');
    expect(send('EDIT_TERM', { ...TERM, endDate: '2027-12-31', noticeMonths: 3 })).toBe('taken');
    expect(send('PUBLISH', {})).toContain(TOO_LATE);
  });

  it('when published, also where the text was taken over with such dates', () => {
    const { agreement, send } = beingDrafted();
    const drafting = { working: { text: 'drafting', force: 'notYet' } };
    agreement.place(drafting, { ...TERM, noticeMonths: 24 });
    expect(send('PUBLISH', {})).toContain(TOO_LONG);
    agreement.place(drafting, { noticeMonths: 3 });
    expect(send('PUBLISH', {})).toBe('taken');
  });
});

describe('the last day on which notice can be served', () => {
  const END = { startDate: '2027-04-01', endDate: '2030-03-31', noticeMonths: 6 };

  it('is worked out from the end and the months of notice, and the review opens twelve weeks before it', () => {
    const { agreement, review } = signedWith({ ...END, firstReviewDate: '2029-12-31' });
    expect(agreement.data()).toMatchObject({
      noticeDay: '2029-09-30',
      noticeDayWorkedOut: '2029-09-30',
      noticeDayHow: 'Worked out: 6 months before the agreement ends.',
    });
    expect(review.data()).toMatchObject({
      lastNoticeDay: '2029-09-30',
      decideBefore: '2029-09-30',
      noticeHow: 'Worked out: 6 months before the agreement ends.',
      agreementEndsOn: '2030-03-31',
    });
    expect(review.due('opens')).toBe('2029-07-08');
  });

  it('does not put off a review that comes before it, and holds for the review after that', () => {
    const { partnership, review } = signedWith({ ...END, firstReviewDate: '2028-04-01' });
    expect(review.data()).toMatchObject({
      lastNoticeDay: '2029-09-30',
      decideBefore: '2028-04-01',
    });
    expect(review.due('opens')).toBe('2028-01-08');
    review.place({ open: 'deciding' }, { positionsOver: true });
    const outcome = {
      outcome: 'continue',
      outcomeReasons: 'It works.',
      decidedBy: 'Joint board',
      decidedOn: '2028-02-01',
      nextReviewDate: '2029-12-01',
    };
    const now = '2028-02-02T10:00:00.000Z';
    expect(() => {
      review.send('RECORD_OUTCOME', now, { ...outcome, nextLastNoticeDay: '2029-11-01' }, 'person');
    }).toThrow(/not met|RECORD_OUTCOME/u);
    review.send('RECORD_OUTCOME', now, outcome, 'person');
    const from = { instance: 'review', workflow: 'review', partnership: 'p' };
    partnership.send('REVIEW_DONE', now, { ...review.sent('REVIEW_DONE'), from }, 'child');
    const second = recordOf('review', now, { data: partnership.started() });
    expect(second.data()).toMatchObject({
      lastNoticeDay: '2029-09-30',
      decideBefore: '2029-09-30',
    });
    expect(second.due('opens')).toBe('2029-07-08');
  });

  it('gives way to an earlier day, and to a later one only with a reason, which goes with it', () => {
    const dates = { ...END, firstReviewDate: '2029-12-31' };
    const earlier = signedWith({ ...dates, lastNoticeDay: '2029-06-30' });
    expect(earlier.review.data()['decideBefore']).toBe('2029-06-30');
    expect(() => signedWith({ ...dates, lastNoticeDay: '2029-11-30' })).toThrow(
      /gate|not met|EDIT/u,
    );
    const later = signedWith({
      ...dates,
      lastNoticeDay: '2029-11-30',
      noticeDayReason: 'Clause 9 counts four months at the end.',
    });
    expect(later.review.data()).toMatchObject({
      decideBefore: '2029-11-30',
      noticeHow:
        'Set by hand, later than the day worked out: Clause 9 counts four months at the end.',
    });
  });

  it('moves when the end is changed in the draft, and is not worked out where there is no end', () => {
    const { agreement } = signedWith({ ...END, firstReviewDate: '2029-12-31' });
    agreement.place({ working: { text: 'drafting', force: 'running' } });
    const later = { ...END, endDate: '2032-08-31', noticeMonths: 6 };
    agreement.send('EDIT_TERM', '2028-01-12T10:00:00.000Z', later, 'person');
    expect(agreement.data()['noticeDay']).toBe('2032-02-29');
    const endless = signedWith({
      startDate: '2027-04-01',
      noticeMonths: 6,
      firstReviewDate: '2028-04-01',
    });
    expect(endless.agreement.data()).not.toHaveProperty('noticeDay');
    expect(endless.review.data()).not.toHaveProperty('lastNoticeDay');
    expect(endless.review.due('opens')).toBe('2028-01-08');
  });
});
