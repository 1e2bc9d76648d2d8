export { runScenario } from './simulate/run-scenario.ts';
export { readScenarios, type Scenario } from './simulate/scenario.ts';
export { walkShortestPaths } from './simulate/shortest-paths.ts';
