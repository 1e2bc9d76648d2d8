import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import type { Effect } from '../../engine/effect.ts';
import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { stillOwes } from '../../engine/owing.ts';
import { holdsRole } from '../../engine/role.ts';
import type { ActingPerson, EngineEvent, Proof } from '../../engine/scope.ts';
import { startInstance } from '../../engine/start-instance.ts';
import { scopeOfHead, step } from '../../engine/step.ts';
import { PLAIN_CALENDAR } from '../support/engine-harness.ts';

const definition = JSON.parse(
  readFileSync(new URL('../../workflows/agreement.json', import.meta.url), 'utf8'),
) as WorkflowDefinition;
const workflow = compileWorkflow(definition);

interface Rule {
  readonly required?: number;
  readonly inOrder?: boolean;
  readonly signatories?: readonly string[];
}

const RECORDED = {
  authority: 'Scheme of delegation, 4.2',
  authorityBy: 'amina',
  authorityAt: '2026-01-11T10:02:00.000Z',
};

/** The agreement at the moment when two parties, A and B, are asked to sign it. */
function beingSigned(rules: { readonly A?: Rule; readonly B?: Rule }, more: JsonObject = {}) {
  const surroundings = (by: ActingPerson) => ({
    workflow,
    at: '2026-03-02T09:00:00.000Z',
    by,
    instance: { id: 'i', partnership: 'p', parent: null, timeZone: 'Europe/London' },
    settings: {},
    calendar: PLAIN_CALENDAR,
  });
  const drafter = { person: 'lea', organisation: 'A', role: 'drafter' };
  const started = startInstance({
    ...surroundings(drafter),
    form: { title: 'Text', kind: 'mou', isSection75: false },
    partnership: { id: 'p', title: 'P', lead: 'A', organisations: ['A', 'B'] },
  });
  const party = (organisation: 'A' | 'B'): JsonObject => ({
    organisation,
    part: organisation === 'A' ? 'lead' : 'partner',
    signing: {
      required: rules[organisation]?.required ?? 1,
      inOrder: rules[organisation]?.inOrder ?? false,
      signatories: [...(rules[organisation]?.signatories ?? [])],
    },
  });
  const document = { title: 'Text', html: 'h', pdf: 'p', text: 't', manifest: 'M', at: '' };
  let head: Parameters<typeof step>[0]['head'] = {
    timers: [],
    snapshot: {
      ...started.snapshot,
      value: { working: { text: 'signing', force: 'notYet' } },
      documents: { agreement: document },
      data: { ...started.snapshot.data, parties: [party('A'), party('B')], ...more },
    },
  };
  let effects: readonly Effect[] = [];
  const send = (event: EngineEvent, by: ActingPerson): string => {
    try {
      const taken = step({ ...surroundings(by), head, event, source: { kind: 'person' } });
      head = taken;
      effects = taken.effects;
      return 'done';
    } catch (error) {
      if (error instanceof ConcordatError) return error.userMessage;
      throw error;
    }
  };
  const acting = (person: string, organisation: string, role: string): ActingPerson => ({
    person,
    organisation,
    role,
    ...RECORDED,
  });
  return {
    sign: (person: string, organisation: string, role = 'signatory', proof: Proof = 'link') =>
      send(
        {
          type: 'SIGN',
          party: organisation,
          manifest: 'M',
          fullName: person,
          position: 'Director',
          confirmed: true,
        },
        { ...acting(person, organisation, role), proof },
      ),
    passOn: (person: string, organisation: string, delegateTo: string) =>
      send(
        { type: 'DELEGATE', party: organisation, delegateTo, delegationAuthority: 'Order 12' },
        acting(person, organisation, 'signatory'),
      ),
    isDelegate: (person: string, organisation: string) =>
      holdsRole(
        definition,
        'delegate',
        { person, organisation, roles: ['practitioner'], coordinator: false },
        scopeOfHead({ ...surroundings(drafter), head }),
      ),
    owes: (person: string, organisation: string, role = 'signatory') =>
      stillOwes(
        definition.deadlines?.['signingDue'] ?? {},
        role,
        { person, organisation, roles: ['signatory'], coordinator: false },
        scopeOfHead({ ...surroundings(drafter), head }),
      ),
    signed: () => head.snapshot.data['signatures'],
    data: () => head.snapshot.data,
    standsAt(text: string): void {
      const snapshot = { ...head.snapshot, value: { working: { text, force: 'notYet' } } };
      head = { ...head, snapshot };
    },
    agreeIf: (organisation: string) =>
      send(
        { type: 'AGREE_IF', party: organisation, manifest: 'M', condition: 'If we pay less' },
        acting(`rep-${organisation}`, organisation, 'representative'),
      ),
    changeText: () => send({ type: 'CHANGE_TEXT', changeReason: 'It had to change' }, drafter),
    /** What the certificates are made of that the last step asked for. */
    certificates: () =>
      effects
        .flatMap((effect) => (effect.type === 'document' ? effect.attachments : []))
        .flatMap(({ template, data }) => (template === 'documents/certificate' ? [data] : [])),
    place: () => JSON.stringify(head.snapshot.value),
  };
}

describe('agreeing on the text of an agreement', () => {
  const agreed = (party: string): JsonObject => ({ party, manifest: 'M' });

  it('takes ‘yes, if’ for a condition, which takes back the agreement given before', () => {
    const story = beingSigned({}, { agreedText: [agreed('A')] });
    story.standsAt('outForComment');
    expect(story.agreeIf('A')).toBe('done');
    expect(story.data()).toMatchObject({ agreedText: [], conditions: [{ party: 'A' }] });
    expect(story.place()).toContain('outForComment');

    const ready = beingSigned({}, { agreedText: [agreed('A'), agreed('B')] });
    ready.standsAt('readyToSign');
    expect(ready.agreeIf('A')).toBe('done');
    expect(ready.data()).toMatchObject({
      agreedText: [{ party: 'B' }],
      conditions: [{ party: 'A' }],
    });
    expect(ready.place()).toContain('outForComment');
  });

  it.each(['renderingDraft', 'outForComment', 'readyToSign', 'signing', 'declined'])(
    'begins again for everybody when the text is changed while it is %s',
    (place) => {
      const story = beingSigned({}, { agreedText: [agreed('A')] });
      expect(story.sign('ann', 'A')).toBe('done');
      expect(story.passOn('bea', 'B', 'dan')).toBe('done');
      const { draftVersion } = story.data();
      expect(story.data()).toMatchObject({
        agreedText: [{ party: 'A' }],
        signatures: [{ person: 'ann' }],
        delegations: [{ person: 'bea' }],
      });
      story.standsAt(place);
      expect(story.changeText()).toBe('done');
      expect(story.place()).toContain('drafting');
      expect(story.data()).toMatchObject({
        agreedText: [],
        signatures: [],
        delegations: [],
        declines: [],
        draftVersion: Number(draftVersion) + 1,
      });
    },
  );
});

describe('signing an agreement', () => {
  it('lets a delegate sign for the party that named them and for no other', () => {
    const story = beingSigned({});
    expect(story.passOn('ann', 'A', 'dan')).toBe('done');
    expect(story.isDelegate('dan', 'B')).toBe(false);
    expect(story.isDelegate('dan', 'A')).toBe(true);
    expect(story.sign('dan', 'B', 'delegate')).toContain('Nobody of this organisation has passed');
    expect(story.signed()).toEqual([]);
    expect(story.sign('dan', 'A', 'delegate')).toBe('done');
    expect(story.signed()).toMatchObject([{ party: 'A', person: 'dan', insteadOf: 'ann' }]);
  });

  it('lets nobody pass it on to one who signs anyway, so that no two places fall to one person', () => {
    const story = beingSigned({ A: { required: 2, signatories: ['s1', 's2'] } });
    expect(story.passOn('s1', 'A', 's2')).toContain('signs for your organisation anyway');
    expect(story.sign('s2', 'A')).toBe('done');
    expect(story.sign('s1', 'A')).toBe('done');
    expect(story.sign('b', 'B')).toBe('done');
    expect(story.place()).not.toContain('signing');
  });

  it('lets two signatories not name the same delegate', () => {
    const story = beingSigned({ A: { required: 2, signatories: ['s1', 's2'] } });
    expect(story.passOn('s1', 'A', 'dan')).toBe('done');
    expect(story.passOn('s2', 'A', 'dan')).toContain('Somebody else of your organisation');
    expect(story.sign('dan', 'A', 'delegate')).toBe('done');
    expect(story.sign('s2', 'A')).toBe('done');
    expect(story.signed()).toMatchObject([{ person: 'dan', insteadOf: 's1' }, { person: 's2' }]);
  });

  it('passes nothing on where several sign and none of them is named', () => {
    const story = beingSigned({ A: { required: 2 } });
    expect(story.passOn('s1', 'A', 's2')).toContain('names none of them');
    expect(story.sign('s2', 'A')).toBe('done');
    expect(story.passOn('s1', 'A', 's3')).toContain('names none of them');
    expect(story.sign('s1', 'A')).toBe('done');
  });

  it('passes it on only from one who may sign, only once, and never further', () => {
    const story = beingSigned({ A: { signatories: ['ann'] } });
    expect(story.passOn('eve', 'A', 'dan')).toContain('names other people');
    expect(story.passOn('ann', 'A', 'ann')).toContain('to yourself');
    expect(story.passOn('ann', 'A', 'dan')).toBe('done');
    expect(story.passOn('ann', 'A', 'eve')).toContain('You have passed the signing on');
    expect(story.passOn('dan', 'A', 'eve')).toContain('It was passed on to you');
    expect(story.sign('ann', 'A')).toContain('You have passed the signing on');
    expect(story.sign('dan', 'A', 'delegate')).toBe('done');
    expect(story.sign('ann', 'A')).toContain('in your place');
    expect(story.passOn('ann', 'A', 'eve')).toContain('in your place');
  });

  it('keeps the order that a party named, for a delegate too', () => {
    const story = beingSigned({ A: { required: 2, inOrder: true, signatories: ['s1', 's2'] } });
    expect(story.passOn('s2', 'A', 'dan')).toBe('done');
    expect(story.sign('dan', 'A', 'delegate')).toContain('somebody else signs before you');
    expect(story.sign('s1', 'A')).toBe('done');
    expect(story.sign('dan', 'A', 'delegate')).toBe('done');
    expect(story.sign('eve', 'A')).toContain('names other people');
  });

  it.each(['mou', 'partnership-agreement'])(
    'binds the certificate of a %s to the text that was signed and to what each was shown',
    (kind) => {
      const story = beingSigned({}, { kind });
      story.sign('ann', 'A');
      expect(story.certificates()).toEqual([]);
      story.sign('bea', 'B', 'signatory', 'link-and-code');
      expect(story.certificates()).toMatchObject([
        {
          textHash: 't',
          manifestHash: 'M',
          signatures: [
            { organisation: 'A', person: 'ann', name: 'ann', how: 'link' },
            { organisation: 'B', person: 'bea', name: 'bea', how: 'link-and-code' },
          ],
        },
      ]);
    },
  );

  it('keeps with each signature who had recorded the authority to give it, and when', () => {
    const story = beingSigned({});
    story.sign('ann', 'A');
    expect(story.signed()).toMatchObject([
      {
        recordedAuthority: RECORDED.authority,
        recordedBy: RECORDED.authorityBy,
        recordedAt: RECORDED.authorityAt,
      },
    ]);
  });

  it('takes a code from everybody where the text asks for one, also from who has signed in', () => {
    const story = beingSigned({}, { askCode: true });
    for (const proof of ['signed-in', 'token', 'link'] as const) {
      expect(story.sign('ann', 'A', 'signatory', proof)).toContain('types a one-time code');
    }
    expect(story.sign('ann', 'A', 'signatory', 'link-and-code')).toBe('done');
    expect(story.signed()).toMatchObject([{ person: 'ann', proof: 'link-and-code' }]);
  });

  it('reminds only those whose signature is still needed, and in their turn', () => {
    const story = beingSigned({ A: { required: 2, inOrder: true, signatories: ['s1', 's2'] } });
    expect([story.owes('s1', 'A'), story.owes('s2', 'A')]).toEqual([true, false]);
    story.sign('s1', 'A');
    expect([story.owes('s1', 'A'), story.owes('s2', 'A')]).toEqual([false, true]);
    story.passOn('s2', 'A', 'dan');
    expect([story.owes('s2', 'A'), story.owes('dan', 'A', 'delegate')]).toEqual([false, true]);
    expect([story.owes('b1', 'B'), story.owes('b2', 'B')]).toEqual([true, true]);
    story.sign('b1', 'B');
    expect([story.owes('b1', 'B'), story.owes('b2', 'B')]).toEqual([false, false]);
    expect(story.owes('lea', 'A', 'drafter')).toBe(true);
  });
});
