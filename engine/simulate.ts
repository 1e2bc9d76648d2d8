export { type ScenarioRun, runScenario } from './simulate/run-scenario.ts';
export { readScenarios, type Scenario, type ScenarioFile } from './simulate/scenario.ts';
export { type Walk, type WalkOptions, walkShortestPaths } from './simulate/shortest-paths.ts';
