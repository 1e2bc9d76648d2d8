import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../engine/compile.ts';
import type { WorkflowDefinition } from '../engine/definition.ts';
import { lintDefinition } from '../engine/lint.ts';
import { readScenarios, runScenario } from '../engine/simulate.ts';
import { installedCatalogue } from '../server/cli/installed-catalogue.ts';
import { holidayCalendar } from '../server/holiday-calendar.ts';
import { describeSettings } from '../server/settings.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

describe('the README', () => {
  it('shows the example workflow as it stands in its file', () => {
    expect(read('README.md')).toContain(read('docs/examples/room-request.json').trim());
  });

  it('names every setting there is, with its default', () => {
    for (const { flag, variable } of describeSettings()) {
      expect(read('README.md')).toContain(`\`${flag}\``);
      expect(read('README.md')).toContain(`\`${variable}\``);
    }
  });

  it('shows an example that lint has nothing to say about and that plays as told', async () => {
    const definition = JSON.parse(read('docs/examples/room-request.json')) as WorkflowDefinition;
    expect(lintDefinition(definition, await installedCatalogue([]))).toEqual([]);
    const { scenarios } = readScenarios(
      JSON.parse(read('docs/examples/room-request.scenarios.json')),
    );
    const workflow = compileWorkflow(definition);
    for (const scenario of scenarios) {
      expect(runScenario(workflow, scenario, holidayCalendar('GB-ENG')).failures).toEqual([]);
    }
  });
});
