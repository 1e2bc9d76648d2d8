import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MachineConfig, WorkflowDefinition } from '../../engine/definition.ts';
import { ConcordatError } from '../../engine/errors.ts';
import { APPROVAL } from '../support/approval-workflow.ts';
import { engineHarness } from '../support/engine-harness.ts';

const START = '2027-03-01T10:00:00.000Z';
const begin = () => engineHarness({ definition: APPROVAL, at: START, form: { subject: 'A van' } });

function refusal(work: () => unknown): ConcordatError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConcordatError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a step', () => {
  it('moves on by itself once every party has answered, and asks each executive', () => {
    const instance = begin();
    instance.send({ type: 'ANSWER', party: 'council', text: 'yes' }, START);
    expect(instance.head.snapshot.value).toBe('answering');
    const { snapshot, effects } = instance.send(
      { type: 'ANSWER', party: 'trust', text: 'yes' },
      START,
    );
    expect(snapshot.value).toBe('deciding');
    expect(effects.map((effect) => 'of' in effect && effect.of)).toEqual(['council', 'trust']);
  });

  it('keeps one answer a party: a second one replaces the first', () => {
    const instance = begin();
    instance.send({ type: 'ANSWER', party: 'council', text: 'yes' }, START);
    instance.send({ type: 'ANSWER', party: 'council', text: 'no' }, START);
    expect(instance.head.snapshot.data['answers']).toEqual([{ party: 'council', text: 'no' }]);
  });

  it('refuses a party that is none', () => {
    const error = refusal(() =>
      begin().send({ type: 'ANSWER', party: 'mallory', text: 'x' }, START),
    );
    expect(error.code).toBe('party-unknown');
  });

  it('says why a gate is shut and what to do', () => {
    const instance = begin();
    instance.send({ type: 'ANSWER', party: 'council', text: 'yes' }, START);
    instance.send({ type: 'ANSWER', party: 'trust', text: 'yes' }, START);
    const error = refusal(() => instance.send({ type: 'APPROVE' }, START));
    expect(error.code).toBe('gate-not-met');
    expect(error.details['unmet']).toEqual([
      { sentence: 'The amount is not known.', do: 'Plan the decision with an amount.' },
    ]);
  });

  it('holds when an expression fails, and says in the history what was left out and why', () => {
    const definition = structuredClone(APPROVAL);
    const { answering, deciding } = definition.machine.states as Record<string, MachineConfig>;
    if (!answering || !deciding) throw new Error('another workflow');
    const params = {
      to: ['executive'],
      template: 'task-assigned',
      with: {
        task: { cel: "'Decide on ' + data.subject" },
        sum: { object: { pounds: { cel: 'data.subject / 100' } } },
        note: { cel: 'data.note' },
      },
    };
    Object.assign(deciding, { entry: { type: 'notify', params } });
    const actions = [
      {
        type: 'record',
        params: { set: { amount: { cel: "data.subject == '' ? 1 : size(true)" } } },
      },
    ];
    Object.assign(answering.always as object, { actions });
    const instance = engineHarness({ definition, at: START, form: { subject: 'A van' } });
    instance.send({ type: 'ANSWER', party: 'council', text: 'yes' }, START);
    const { story, effects, snapshot } = instance.send(
      { type: 'ANSWER', party: 'trust', text: 'yes' },
      START,
    );
    expect(snapshot.value).toBe('deciding');
    expect(effects[0]).toMatchObject({ with: { task: 'Decide on A van', sum: {} } });
    expect(story).toMatch(
      /^Answered for \{party\}\. Left out, .*: amount \(.+\), with\.sum\.pounds \(.+\)$/u,
    );
    expect(story).not.toContain('note');
  });

  it('reaches nobody when the organisation that is meant is not there, and never everybody', () => {
    const definition = structuredClone(APPROVAL);
    const { deciding } = definition.machine.states as Record<string, MachineConfig>;
    if (!deciding) throw new Error('another workflow');
    const to = { to: ['executive'], template: 'task-assigned' };
    const entry = [
      { type: 'notify', params: { ...to, of: 'data.contact' } },
      { type: 'notify', params: { ...to, of: { cel: 'data.subject / 2' } } },
      { type: 'notify', params: to },
    ];
    Object.assign(deciding, { entry });
    const instance = engineHarness({ definition, at: START, form: { subject: 'A van' } });
    instance.send({ type: 'ANSWER', party: 'council', text: 'yes' }, START);
    const { effects } = instance.send({ type: 'ANSWER', party: 'trust', text: 'yes' }, START);
    expect(effects.map((effect) => 'of' in effect && effect.of)).toEqual(['', '', null]);
  });

  it('tells what can be done when an event is not possible now', () => {
    const error = refusal(() => begin().send({ type: 'APPROVE' }, START));
    expect(error.code).toBe('event-not-possible');
    expect(error.userMessage).toContain('Answer');
  });

  it.each([
    'xstate.after.answersDue.approval.answering',
    'xstate.done.state.approval',
    'xstate.init',
    '*',
    '',
    '__proto__',
    'answer',
    'effect.nothing.x',
  ])('refuses the forged event "%s"', (type) => {
    const error = refusal(() => begin().send({ type }, START));
    expect(['event-unknown', 'event-not-possible']).toContain(error.code);
  });

  it('takes a signal only from the relation it is meant for, and never from a person', () => {
    const instance = begin();
    instance.send({ type: 'ANSWER', party: 'council', text: 'yes' }, START);
    instance.send({ type: 'ANSWER', party: 'trust', text: 'yes' }, START);
    const event = { type: 'STOPPED_ELSEWHERE' };
    expect(refusal(() => instance.send(event, START)).code).toBe('event-not-possible');
    expect(
      refusal(() => instance.send(event, START, { kind: 'signal', from: ['child'] })).code,
    ).toBe('event-not-possible');
    instance.send(event, START, { kind: 'signal', from: ['parent', 'linked'] });
    expect(instance.head.snapshot.status).toBe('done');
  });

  it('takes nothing more once it has ended, and runs no clock', () => {
    const instance = begin();
    instance.send({ type: 'PLAN', decideBy: '2027-03-02' }, START);
    instance.fire('decisionDue');
    expect(instance.head.snapshot).toMatchObject({ status: 'done', value: 'late' });
    expect(instance.head.timers).toEqual([]);
    expect(refusal(() => instance.send({ type: 'PLAN' }, START)).code).toBe('instance-finished');
  });

  it.each([
    ['an unknown field', { type: 'PLAN', nonsense: 1 }],
    ['a wrong type', { type: 'PLAN', amount: 'much' }],
    ['a date that does not exist', { type: 'PLAN', decideBy: '2027-02-31' }],
    ['a missing field', { type: 'ANSWER', party: 'council' }],
  ])('refuses %s in a form', (_, event) => {
    expect(refusal(() => begin().send(event, START)).code).toBe('invalid-input');
  });

  it.each([
    ['a name that reaches into objects', JSON.parse('{"type":"PLAN","__proto__":{"a":1}}')],
    ['what XState takes for an actor', { type: 'PLAN', note: { xstate$$type: 1 } }],
    ['a number that is none', { type: 'PLAN', amount: Number.NaN }],
  ])('refuses %s', (_, event) => {
    expect(refusal(() => begin().send(event, START)).code).toBe('data-refused');
  });
});

describe('a correction', () => {
  it('needs a reason, moves the deadlines and tells those concerned', () => {
    const instance = begin();
    instance.send({ type: 'PLAN', decideBy: '2027-03-20' }, START);
    const correct = (reason: string) =>
      instance.send(
        { type: 'concordat.correct', changes: { decideBy: '2027-04-20' }, reason },
        START,
        { kind: 'engine' },
      );
    expect(refusal(() => correct(' ')).code).toBe('invalid-input');
    const { moved, effects, snapshot } = correct('The minutes say April.');
    expect(snapshot.data['decideBy']).toBe('2027-04-20');
    expect(moved).toMatchObject([
      { deadline: 'decisionDue', from: '2027-03-21T00:00:00.000Z', to: '2027-04-20T23:00:00.000Z' },
    ]);
    expect(effects).toMatchObject([{ type: 'notify', template: 'correction' }]);
  });

  it('cannot touch what is locked', () => {
    const definition = {
      ...APPROVAL,
      locked: [{ fields: ['subject'], otherwise: 'It has been signed.' }],
    };
    const instance = engineHarness({ definition, at: START, form: { subject: 'A van' } });
    const error = refusal(() =>
      instance.send(
        { type: 'concordat.correct', changes: { subject: 'A bus' }, reason: 'because' },
        START,
        { kind: 'engine' },
      ),
    );
    expect(error).toMatchObject({ code: 'not-allowed', userMessage: 'It has been signed.' });
  });
});

describe('a document', () => {
  const file = new URL('../server/worker/workflows/paper.json', import.meta.url);
  const PAPER = JSON.parse(readFileSync(file, 'utf8')) as WorkflowDefinition;
  const rendered = (manifest: string, asked: number) => ({
    type: 'effect.document.paper',
    manifest,
    asked,
    document: { title: manifest, html: 'h', pdf: 'p', text: 't', manifest, at: START },
  });

  it('is never replaced by one that was asked for before it, in whatever order they come', () => {
    const twice = () => {
      const instance = engineHarness({ definition: PAPER, at: START, form: { text: 'First' } });
      const asked: unknown[] = [];
      const publish = () => asked.push(...instance.send({ type: 'PUBLISH' }, START).effects);
      publish();
      instance.send({ type: 'CHANGE', text: 'Second' }, START);
      publish();
      expect(asked).toMatchObject([{ asked: 1 }, { asked: 2 }]);
      return instance;
    };
    const engine = { kind: 'engine' } as const;
    const early = twice();
    // The first text does not move on what waits for the second one.
    expect(early.send(rendered('first', 1), START, engine).outcome).toBe('dropped');
    expect(early.head.snapshot.value).toBe('rendering');
    expect(early.head.snapshot.documents).toEqual({});
    early.send(rendered('second', 2), START, engine);
    expect(early.head.snapshot.value).toBe('published');
    const late = twice();
    late.send(rendered('second', 2), START, engine);
    expect(late.send(rendered('first', 1), START, engine).outcome).toBe('dropped');
    expect(late.head.snapshot.documents['paper']?.manifest).toBe('second');
  });
});
