import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { scopeOf } from '../../engine/surroundings.ts';
import { compileValue } from '../../engine/expression.ts';
import { holidayCalendar } from '../../server/holiday-calendar.ts';
import { actingPerson } from '../../server/runtime/acting-person.ts';

const definition = JSON.parse(
  readFileSync(new URL('../../workflows/agreement.json', import.meta.url), 'utf8'),
) as WorkflowDefinition;
const workflow = compileWorkflow(definition);

/** What the record of a signature says about its authority, as the workflow has it. */
function authorityOf(event: JsonObject, onRecord: string | null, delegations: JsonObject[]) {
  const signing = definition.machine.states?.['working']?.states?.['text']?.states?.['signing'];
  const { SIGN } = (signing?.on ?? {}) as unknown as {
    SIGN: { actions: { type: string; params?: { append?: { item: { object: JsonObject } } } }[] };
  };
  const item = SIGN.actions.find(({ params }) => params?.append)?.params?.append?.item.object;
  const scope = scopeOf(
    {
      workflow,
      at: '2027-03-01T09:00:00.000Z',
      by: actingPerson({
        person: 'p-ann',
        organisation: 'council',
        role: 'signatory',
        authority: onRecord,
      }),
      instance: { id: 'i', partnership: null, parent: null, timeZone: 'Europe/London' },
      settings: {},
      calendar: holidayCalendar('GB-ENG'),
    },
    { type: 'SIGN', party: 'council', ...event },
    { delegations },
    {},
    null,
  );
  return compileValue(item?.['authority'] as never)(scope);
}

describe('the authority of a signature', () => {
  it('is the one that was typed', () => {
    expect(authorityOf({ authority: 'Minute 8' }, 'Scheme 4.2', [])).toBe('Minute 8');
  });

  it('is the one on record for the person where none was typed', () => {
    expect(authorityOf({}, 'Scheme 4.2', [])).toBe('Scheme 4.2');
    expect(authorityOf({ authority: '' }, 'Scheme 4.2', [])).toBe('Scheme 4.2');
  });

  it('is the delegation’s for somebody to whom signing was passed on', () => {
    const delegation = { party: 'council', delegate: 'p-ann', person: 'p-bob', authority: 'SO 9' };
    expect(authorityOf({}, 'Scheme 4.2', [delegation])).toBe('SO 9');
  });

  it('stays open where nobody has stated any', () => {
    expect(authorityOf({}, null, [])).toBe('');
  });
});
