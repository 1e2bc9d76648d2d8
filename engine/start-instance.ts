import { initialTransition } from 'xstate';
import { checkForm } from './check-form.ts';
import { type CompiledWorkflow, leavingOut, type StepFacts } from './compile.ts';
import { checkPlainData } from './event-check.ts';
import { EVALUATION_UNITS, withinBudget } from './evaluation-budget.ts';
import { compileFields } from './expression.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import { runMachine } from './run-machine.ts';
import type { EngineEvent, PartnershipFacts } from './scope.ts';
import type { Data } from './snapshot.ts';
import { checkData, finishStep, type StepResult } from './step-result.ts';
import { type StepSurroundings, scopeOf } from './surroundings.ts';

export interface StartInput extends StepSurroundings {
  /** The start form as a person filled it in; absent when another workflow starts the instance. */
  readonly form?: JsonObject;
  /** Data handed over by whoever starts it. */
  readonly data?: JsonObject;
  readonly partnership?: PartnershipFacts;
}

/**
 * Begins an instance: its data from the defaults, from what it was handed, from the start form and
 * from `start.set`, in this order. Throws `invalid-input`, `data-refused` or `evaluation-too-long`.
 */
export function startInstance(input: StartInput): StepResult {
  return withinBudget(EVALUATION_UNITS.step, () => begin(input));
}

function begin(input: StartInput): StepResult {
  const { workflow } = input;
  const { definition } = workflow;
  checkPlainData(input.form ?? {});
  checkPlainData(input.data ?? {});
  if (input.form) checkForm(workflow.startForm.committed, input.form);
  const event: EngineEvent = { ...input.form, type: 'concordat.start' };
  const known = new Set(Object.keys(definition.data.properties ?? {}));
  const fromForm = Object.entries(input.form ?? {}).filter(([name]) => known.has(name));
  const given: Data = {
    ...defaultsOf(workflow),
    ...input.data,
    ...Object.fromEntries(fromForm),
  };
  const scope = scopeOf(input, event, given, {}, input.partnership ?? null);
  const leftOut: string[] = [];
  const failed = leavingOut({ leftOut });
  const data = { ...given, ...compileFields(definition.start.set ?? {})(scope, failed) };
  checkData(workflow, data);
  const step: StepFacts = { scope: { ...scope, data }, failures: [], leftOut, answers: new Map() };
  const outcome = runMachine(step, () => initialTransition(workflow.machine, { data, step }));
  const story = definition.start.label;
  return finishStep({ ...input, scope: step.scope, outcome, story, before: null });
}

function defaultsOf({ definition }: CompiledWorkflow): Data {
  const defaults = Object.entries(definition.data.properties ?? {}).flatMap(([name, schema]) =>
    schema.default === undefined ? [] : [[name, schema.default as JsonValue] as const],
  );
  return Object.fromEntries(defaults);
}
