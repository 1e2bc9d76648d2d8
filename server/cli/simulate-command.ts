import { existsSync } from 'node:fs';
import { type CompiledWorkflow, compileWorkflow } from '../../engine/compile.ts';
import { ConcordatError } from '../../engine/errors.ts';
import {
  readScenarios,
  runScenario,
  type Scenario,
  walkShortestPaths,
} from '../../engine/simulate.ts';
import { holidayCalendar } from '../holiday-calendar.ts';
import { nearestName } from '../nearest-name.ts';
import type { Command, ExitCode, Output } from './command.ts';
import { readDefinition } from './read-definition.ts';
import { readJsonFile } from './read-json-file.ts';
import { textFlag, usageError } from './usage-error.ts';

export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'Plays a workflow on a virtual clock and prints the story.',
  takes: 'FILE',
  details: [
    'Plays the scenarios beside the file (dispute.scenarios.json beside dispute.json) and says which',
    'of their expectations do not hold. Without any, it looks for a shortest way to every state.',
  ],
  example: 'concordat simulate workflows/dispute.json',
  flags: {
    scenario: { type: 'string', value: 'NAME', what: 'Plays this one only (a part of its name).' },
  },
  async run({ words, flags, config, output }) {
    const [file, ...more] = words;
    if (file === undefined || more.length > 0) {
      throw usageError('Name one file: concordat simulate FILE');
    }
    const definition = await readDefinition(file);
    const workflow = compileWorkflow(definition);
    const beside = file.replace(/\.json$/u, '.scenarios.json');
    const wanted = textFlag(flags['scenario']);
    if (existsSync(beside) && beside !== file) {
      const { scenarios } = readScenarios(await readJsonFile(beside));
      return playScenarios(workflow, chosen(scenarios, wanted), config.region, output);
    }
    if (wanted !== undefined) {
      throw usageError(`There are no scenarios beside ${file}; they would stand in ${beside}.`);
    }
    return walk(workflow, config, output);
  },
};

function chosen(scenarios: readonly Scenario[], wanted: string | undefined): readonly Scenario[] {
  if (wanted === undefined) return scenarios;
  const exact = scenarios.filter(({ name }) => name === wanted);
  if (exact.length > 0) return exact;
  const words = wanted.toLowerCase();
  const found = scenarios.filter(({ name }) => name.toLowerCase().includes(words));
  if (found.length > 0) return found;
  const names = scenarios.map(({ name }) => name);
  const near = nearestName(wanted, names);
  throw new ConcordatError('not-found', `no scenario ${wanted}`, {
    userMessage: `There is no scenario ${JSON.stringify(wanted)}.${near === undefined ? '' : ` Did you mean "${near}"?`} There are:\n${names.map((name) => `  ${name}`).join('\n')}`,
  });
}

function playScenarios(
  workflow: CompiledWorkflow,
  scenarios: readonly Scenario[],
  region: string,
  output: Output,
): ExitCode {
  const runs = scenarios.map((scenario) =>
    runScenario(workflow, scenario, holidayCalendar(scenario.region ?? region)),
  );
  for (const { name, story, failures } of runs) {
    output.say(`\n${name}\n`);
    for (const line of story) output.say(`  ${line}`);
    for (const failure of failures) output.say(`  NOT AS EXPECTED: ${failure}`);
  }
  const failed = runs.filter(({ failures }) => failures.length > 0);
  output.say(
    failed.length === 0
      ? `\n${runs.length} played, each as expected.`
      : `\n${failed.length} of ${runs.length} are not as expected.`,
  );
  output.result({
    workflow: workflow.definition.id,
    scenarios: runs.map(({ name, steps, story, failures }) => ({ name, steps, story, failures })),
  });
  return failed.length === 0 ? 0 : 1;
}

/** When a walk begins does not matter; a fixed day gives the same story each time. */
const WALK_BEGINS = '2027-03-01T09:00:00.000Z';

function walk(
  workflow: CompiledWorkflow,
  config: { readonly timeZone: string; readonly region: string },
  output: Output,
): ExitCode {
  const { reached, missed, complete } = walkShortestPaths(workflow, {
    at: WALK_BEGINS,
    timeZone: config.timeZone,
    calendar: holidayCalendar(config.region),
  });
  for (const { title, steps, story } of reached) {
    output.say(`\nTo “${title}” in ${steps === 1 ? 'one step' : `${steps} steps`}\n`);
    for (const line of story) output.say(`  ${line}`);
  }
  output.say(
    `\n${reached.length} states reached${complete ? '' : ' before the search was ended'}.`,
  );
  if (missed.length > 0) {
    output.say(`Not reached with sample answers: ${missed.join('; ')}.`);
    output.say('Write a scenario for these: docs/writing-workflows.md says how.');
  }
  output.result({ workflow: workflow.definition.id, reached, missed, complete });
  return 0;
}
