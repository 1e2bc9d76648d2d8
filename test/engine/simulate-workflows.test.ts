import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { readScenarios, runScenario } from '../../engine/simulate.ts';
import { holidayCalendar } from '../../server/holiday-calendar.ts';

const folder = new URL('../../workflows/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const ids = readdirSync(folder)
  .filter((name) => /^[a-z0-9-]+\.json$/u.test(name))
  .map((name) => name.replace('.json', ''));

describe.each(ids)('the scenarios of the workflow %s', (id) => {
  const file = `${id}.scenarios.json`;

  it('stand beside it', () => {
    expect(existsSync(new URL(file, folder))).toBe(true);
  });

  if (!existsSync(new URL(file, folder))) return;
  const { workflow, scenarios } = readScenarios(read(file));
  const compiled = compileWorkflow(read(`${id}.json`) as WorkflowDefinition);

  it('are about it, each under a name of its own', () => {
    expect(workflow).toBe(id);
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  });

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const calendar = holidayCalendar(scenario.region ?? 'GB-ENG');
    const run = runScenario(compiled, scenario, calendar);
    expect(run.failures, `${run.story.join('\n')}\n\n${run.failures.join('\n')}`).toEqual([]);
  });
});
