import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../../engine/compile.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { readScenarios, runScenario } from '../../engine/simulate.ts';
import { withClauseChoices } from '../../server/documents/clause-choices.ts';
import { loadTemplates } from '../../server/documents/template-library.ts';
import { holidayCalendar } from '../../server/holiday-calendar.ts';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../workflows/${name}`, import.meta.url), 'utf8'));
const ids = readdirSync(new URL('../../workflows/', import.meta.url)).flatMap((name) =>
  name.endsWith('.scenarios.json') ? [name.replace('.scenarios.json', '')] : [],
);
const templates = await loadTemplates('templates');

const made = ids.flatMap((id) => {
  const compiled = compileWorkflow(read(`${id}.json`) as WorkflowDefinition);
  const { scenarios } = readScenarios(read(`${id}.scenarios.json`));
  return scenarios.flatMap((scenario) => {
    const calendar = holidayCalendar(scenario.region ?? 'GB-ENG');
    return runScenario(compiled, scenario, calendar).happenings.flatMap((one) =>
      one.kind === 'document' ? [{ ...one, id, scenario: scenario.name }] : [],
    );
  });
});
const pairs = new Set(made.map(({ id, template }) => `${id}: ${template}`));

// A template that refuses its data would park the task: the record would wait for ever.
describe('the documents that workflows make in their scenarios', () => {
  it.each([...pairs])('%s takes the data it gets', (pair) => {
    for (const { id, template, data, scenario } of made) {
      if (`${id}: ${template}` !== pair) continue;
      const { file, validate } = templates.get(template);
      expect(() => validate(withClauseChoices(file, data)), `in "${scenario}"`).not.toThrow();
    }
  });
});
