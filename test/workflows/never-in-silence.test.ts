import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asksAt } from '../../engine/asks-at.ts';
import { compileWorkflow, type CompiledWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { isHandedOver } from '../../engine/moment.ts';
import { optionsAt } from '../../engine/options.ts';
import { placeOf } from '../../engine/place.ts';
import { readScenarios, runScenario } from '../../engine/simulate.ts';
import { beginnings, likeness, onward } from '../../engine/simulate/sample-moves.ts';
import type { VirtualInstance } from '../../engine/simulate/virtual-instance.ts';
import { holidayCalendar } from '../../server/holiday-calendar.ts';

const folder = new URL('../../workflows/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const ids = readdirSync(folder)
  .filter((name) => /^[a-z0-9-]+\.json$/u.test(name))
  .map((name) => name.replace('.json', ''));

/**
 * Places where something is asked of somebody and the clock will bring nothing more, as far as what
 * happened so far leads: there it could lie for ever and nobody would be told.
 */
function silenceIn(workflow: CompiledWorkflow, instance: VirtualInstance): string | null {
  const snapshot = instance.snapshot();
  if (snapshot.status !== 'active' || instance.nextMoment() !== undefined) return null;
  const deadlines = workflow.definition.deadlines ?? {};
  // Whoever looks after the partnership has been told that it is with them.
  if (instance.timers().some((timer) => isHandedOver(timer, deadlines[timer.deadline])))
    return null;
  const { states, waitingFor } = placeOf(workflow, snapshot, instance.scope());
  const { asks, steps } = asksAt(workflow, states.join(' '));
  const offered = new Set(
    optionsAt(workflow, snapshot, instance.scope()).map(({ event }) => event),
  );
  // What each organisation may do, and none is waited for, is nobody's to do; nor is what does not
  // concern this record.
  const asked = asks.filter(
    ({ event, eachParty }) => offered.has(event) && (!eachParty || waitingFor.length > 0),
  );
  const open = [...asked.map(({ label }) => label), ...steps.map(({ title }) => title)];
  return open.length === 0 ? null : `${states.join(' + ')}: ${open.slice(0, 3).join('; ')}`;
}

describe.each(ids)('in the workflow %s nobody is waited for in silence', (id) => {
  const workflow = compileWorkflow(read(`${id}.json`) as WorkflowDefinition);

  it('wherever its scenarios lead', () => {
    const { scenarios } = readScenarios(read(`${id}.scenarios.json`));
    const silent = new Set<string>();
    for (const scenario of scenarios) {
      runScenario(workflow, scenario, holidayCalendar(scenario.region ?? 'GB-ENG'), (instance) => {
        const place = silenceIn(workflow, instance);
        if (place !== null) silent.add(place);
      });
    }
    expect([...silent]).toEqual([]);
  });

  it('wherever people and the clock may take it', () => {
    const silent = new Set<string>();
    const known = new Set<string>();
    const budget = { left: 800 };
    const options = {
      at: '2027-03-01T10:00:00.000Z',
      timeZone: 'Europe/London',
      calendar: holidayCalendar('GB-ENG'),
    };
    const open = [...beginnings(workflow, options)];
    // Taken from all over, and not from one end, so that it gets far.
    for (let pick = 7; budget.left > 0 && open.length > 0; pick = (pick * 31 + 17) % 9_973) {
      const [instance] = open.splice(pick % open.length, 1);
      if (!instance) break;
      const place = silenceIn(workflow, instance);
      if (place !== null) silent.add(place);
      for (const next of onward(workflow, instance, budget)) {
        const key = likeness(next.snapshot());
        if (known.has(key)) continue;
        known.add(key);
        open.push(next);
      }
    }
    expect(known.size).toBeGreaterThan(20);
    expect([...silent]).toEqual([]);
  });
});
