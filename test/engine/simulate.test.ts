import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../../engine/compile.ts';
import {
  readScenarios,
  runScenario,
  type Scenario,
  walkShortestPaths,
} from '../../engine/simulate.ts';
import { holidayCalendar } from '../../server/holiday-calendar.ts';
import { sampleWorkflow } from '../support/sample-workflow.ts';

const workflow = compileWorkflow(sampleWorkflow());
const calendar = holidayCalendar('GB-ENG');
const ann = { person: 'p-ann', organisation: 'council', role: 'manager' };
const tom = { person: 'p-tom', organisation: 'trust', role: 'manager' };

/** Asked on Monday 1 March 2027; ten working days end with Monday 15 March. */
const asked: Scenario = {
  name: 'asked',
  at: '2027-03-01T10:00:00Z',
  timeZone: 'Europe/London',
  organisations: { council: 'Ambridge Council', trust: 'Borchester Trust' },
  start: { by: ann, with: { subject: 'Rota', answerBy: '2027-06-01' } },
  expect: {
    state: 'Waiting for answers',
    status: 'active',
    mails: [{ template: 'question-asked', to: ['manager'] }],
    due: { answerDue: '2027-03-15', wantedBy: '2027-05-25' },
    data: { level: 1, parties: [{ organisation: 'council' }, { organisation: 'trust' }] },
    waitingFor: ['council', 'trust'],
  },
  steps: [],
};

const run = (more: Partial<Scenario>) => runScenario(workflow, { ...asked, ...more }, calendar);

describe('a scenario', () => {
  it('plays a whole workflow: answers, document, links, signatures, end', () => {
    const signing = { ...ann, role: 'signatory' };
    const played = run({
      steps: [
        {
          event: 'ANSWER',
          by: ann,
          with: { text: 'Fine', state: 'yes' },
          expect: { state: 'open', waitingFor: ['trust'], mails: [] },
        },
        {
          wait: 'P1D',
          event: 'ANSWER',
          by: tom,
          with: { text: 'Fine', state: 'yes' },
          expect: {
            state: 'deciding.signing',
            documents: ['paper'],
            mails: [
              { template: 'question-answered', to: ['signatory'], of: 'council' },
              { template: 'question-answered', to: ['signatory'], of: 'trust' },
            ],
          },
        },
        { event: 'SIGN', by: signing, expect: { waitingFor: ['trust'] } },
        {
          event: 'SIGN',
          by: { ...signing, person: 'p-sue', organisation: 'trust' },
          expect: { state: 'The outcome is recorded' },
        },
        {
          event: 'CLOSE',
          by: ann,
          with: { outcome: 'Agreed' },
          expect: { state: 'Answered', status: 'done', due: { answerDue: null } },
        },
      ],
    });
    expect(played.failures).toEqual([]);
    expect(played.story.join('\n')).toContain(
      '2 March 2027, 10:00  Borchester Trust answered (p-tom, Borchester Trust)',
    );
  });

  it('lets deadlines, reminders and chases come at their times, in order', () => {
    const played = run({
      steps: [
        {
          until: '2027-03-11T08:59:00Z',
          expect: { mails: [] },
        },
        {
          until: '2027-03-11',
          expect: { mails: [{ template: 'deadline-near', to: ['manager'] }] },
        },
        {
          // The first chase comes the morning after; then one a week, three in all.
          until: '2027-05-01',
          expect: {
            mails: [
              { template: 'deadline-passed' },
              { template: 'deadline-passed' },
              { template: 'deadline-passed' },
            ],
          },
        },
      ],
    });
    expect(played.failures).toEqual([]);
    const chases = played.happenings.flatMap((one) =>
      one.kind === 'mail' && one.why === 'chase' ? [one.at] : [],
    );
    expect(chases).toEqual([
      '2027-03-16T09:00:00.000Z',
      '2027-03-23T09:00:00.000Z',
      // Summer time began on 28 March: 09:00 there is 08:00 UTC.
      '2027-03-30T08:00:00.000Z',
    ]);
  });

  it('moves a deadline when the data it counts from are corrected', () => {
    const correct = { changes: { answerBy: '2027-07-01' }, reason: 'Wrong month' };
    const steps = [
      { correct, expect: { due: { wantedBy: '2027-06-24' }, mails: [{ template: 'correction' }] } },
    ];
    expect(run({ steps }).failures).toEqual([]);
  });

  it('takes signals from other instances, and answers the start of a child', () => {
    const played = run({
      steps: [
        { event: 'RAISE', by: ann, expect: { started: ['dispute'] } },
        { event: 'ESCALATED', signal: { from: 'child' }, expect: { data: { level: 2 } } },
        {
          event: 'WITHDRAW',
          by: ann,
          expect: { status: 'done', signals: ['WITHDRAW'], state: 'withdrawn' },
        },
      ],
    });
    expect(played.failures).toEqual([]);
  });

  it('refuses what the server would refuse, in its words, and goes on', () => {
    const played = run({
      steps: [
        { event: 'CLOSE', by: ann, expect: { refused: 'event-not-possible' } },
        { event: 'RAISE', by: tom, expect: { refused: 'can only be done by: Asker' } },
        {
          event: 'ANSWER',
          by: { ...ann, organisation: 'stranger' },
          with: { text: 'x', state: 'yes' },
          expect: { refused: 'can only be done by: Manager' },
        },
        { event: 'ANSWER', by: ann, with: { text: 'x' }, expect: { refused: 'invalid-input' } },
        {
          event: 'ESCALATED',
          signal: { from: 'parent' },
          expect: { refused: 'event-not-possible' },
        },
      ],
    });
    expect(played.failures).toEqual([]);
  });

  it.each<[string, NonNullable<Scenario['expect']>, string]>([
    ['another state', { state: 'closing' }, 'expected the state "closing"'],
    ['another status', { status: 'done' }, 'expected status "done"'],
    [
      'a mail that did not go',
      { mails: [{ template: 'invitation' }] },
      'expected the mail "invitation"',
    ],
    [
      'a mail to others',
      { mails: [{ template: 'question-asked', to: ['signatory'] }] },
      'to signatory',
    ],
    ['no mail', { mails: [] }, 'expected no mail'],
    ['a document', { documents: ['paper'] }, 'expected the document "paper", but none came'],
    ['a child', { started: ['dispute'] }, 'expected the started workflow'],
    ['a signal', { signals: ['WITHDRAW'] }, 'expected the signal'],
    ['other data', { data: { level: 2 } }, 'expected data.level to be 2, but it is 1'],
    ['data that are not there', { data: { outcome: 'x' } }, 'but it is not there'],
    ['another last day', { due: { answerDue: '2027-03-16' } }, 'ends on 2027-03-15'],
    ['others to wait for', { waitingFor: ['council'] }, 'it waits for "council, trust"'],
    ['a refusal', { refused: 'no' }, 'but it was taken'],
  ])('fails when it expects %s', (_, expectation, failure) => {
    const played = run({ expect: expectation });
    expect(played.failures).toHaveLength(1);
    expect(played.failures[0]).toContain(failure);
  });

  it('fails when something is refused that nobody expected to be', () => {
    const played = run({ steps: [{ event: 'CLOSE', by: ann }] });
    expect(played.failures).toEqual([
      expect.stringContaining('step 1 (CLOSE): refused: This cannot'),
    ]);
  });

  it('gives the same run every time', () => {
    const steps = [
      { event: 'ANSWER', by: ann, with: { text: 'a', state: 'yes' } },
      { wait: 'P30D' },
    ];
    expect(run({ steps })).toEqual(run({ steps }));
  });
});

describe('a file of scenarios', () => {
  const file = { workflow: 'question', scenarios: [asked] };

  it('is read as it stands', () => {
    expect(readScenarios(file)).toBe(file);
  });

  it.each([
    ['a misspelt expectation', { ...asked, expects: {} }],
    ['a misspelt word inside an expectation', { ...asked, expect: { states: 'open' } }],
    ['a time that is none', { ...asked, at: 'Monday' }],
    ['a step that is no object', { ...asked, steps: ['ANSWER'] }],
  ])('is refused with %s, since nobody would look at it', (_, scenario) => {
    expect(() => readScenarios({ workflow: 'question', scenarios: [scenario] })).toThrow(
      /scenarios refused/u,
    );
  });
});

describe('the walk along shortest paths', () => {
  it('finds a short way to every state, with its story', () => {
    const walk = walkShortestPaths(workflow, {
      at: '2027-03-01T10:00:00.000Z',
      timeZone: 'Europe/London',
      calendar,
      most: 1_500,
    });
    expect(walk.missed).toEqual([]);
    const steps = Object.fromEntries(walk.reached.map((one) => [one.states.join(' '), one.steps]));
    expect(steps).toMatchObject({
      open: 0,
      withdrawn: 1,
      'deciding.signing': 2,
      closing: 4,
      closed: 5,
    });
    expect(walk.reached.at(-1)?.story.at(-1)).toContain('Now: Answered');
  });
});
