export { type ScenarioRun, runScenario } from './simulate/run-scenario.ts';
export { readScenarios, type Scenario, type ScenarioFile } from './simulate/scenario.ts';
