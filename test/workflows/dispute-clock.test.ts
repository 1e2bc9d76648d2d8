import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import type { DocumentEffect } from '../../engine/effect.ts';
import type { EngineEvent } from '../../engine/scope.ts';
import { documentMade } from '../../engine/simulate/effect-answer.ts';
import { startInstance } from '../../engine/start-instance.ts';
import { step } from '../../engine/step.ts';
import { PLAIN_CALENDAR } from '../support/engine-harness.ts';

const definition = JSON.parse(
  readFileSync(new URL('../../workflows/dispute.json', import.meta.url), 'utf8'),
) as WorkflowDefinition;
const workflow = compileWorkflow(definition);
const ANN = { person: 'ann', organisation: 'council', role: 'raiser' };
const AT = '2027-03-01T10:00:00.000Z';

// a scenario cannot tell it: there a document is drawn up at once
test('the clause’s number of days that arrives while the notice is drawn up drives the clock from the first day', () => {
  const surroundings = {
    workflow,
    at: AT,
    by: ANN,
    instance: { id: 'i', partnership: 'p', parent: null, timeZone: 'Europe/London' },
    settings: { daysPerLevel: 10 },
    calendar: PLAIN_CALENDAR,
  };
  let now = startInstance({
    ...surroundings,
    by: { ...ANN, role: 'manager' },
    form: { subject: 'Rota' },
    partnership: { id: 'p', title: 'P', lead: 'council', organisations: ['council', 'trust'] },
  });
  const take = (event: EngineEvent, source: Parameters<typeof step>[0]['source']): void => {
    now = step({ ...surroundings, head: now, event, source });
    expect(now.outcome).toBe('taken');
  };
  const person = { kind: 'person' } as const;
  take(
    {
      type: 'RECORD_REFLECTION',
      ownContribution: true,
      sharedGain: true,
      reflectedOn: '2027-02-25',
    },
    person,
  );
  take({ type: 'RECORD_TALK', talkedOn: '2027-02-26', talkedWith: 'Two managers' }, person);
  const notice = { subject: 'Rota', against: ['trust'], whatHappened: 'x', whatIsSought: 'y' };
  take({ type: 'GIVE_NOTICE', ...notice, workMeanwhile: 'z' }, person);
  const asked = now.effects.find((one): one is DocumentEffect => one.type === 'document');
  expect(now.snapshot.value).toBe('servingNotice');
  const terms = { daysPerLevel: 15, finalStep: 'mediation', agreement: 'a1' };
  take({ type: 'AGREED_TERMS', ...terms }, { kind: 'signal', from: ['partnership'] });
  if (asked) take(documentMade(asked, 1, AT), { kind: 'engine' });
  expect(now.snapshot.data).toMatchObject({ level: 1, levelDays: 15, agreement: 'a1' });
  const ends = now.timers.find(({ deadline }) => deadline === 'levelEnds');
  // the last of fifteen working days after the first of March
  expect(ends?.dueAt).toBe('2027-03-23T00:00:00.000Z');
});
