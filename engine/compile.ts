import { type AnyStateNode, assign, createMachine } from 'xstate';
import {
  type ActionConfig,
  listOf,
  type MachineConfig,
  type OneOrMore,
  type TransitionConfig,
  type TransitionMeta,
  type WorkflowDefinition,
} from './definition.ts';
import { compileEffect } from './effect-plan.ts';
import { ConcordatError, isConcordatError } from './errors.ts';
import type { OnFailure } from './expression.ts';
import { formSchema } from './form.ts';
import { compileGate, type Gate, GATE_TYPES } from './gate.ts';
import type { JsonSchema } from './json-schema.ts';
import { allowPersonalReferences } from './personal.ts';
import { plainSchema } from './plain-schema.ts';
import { compileRecord, type RecordData } from './record-data.ts';
import type { Scope } from './scope.ts';
import type { Data } from './snapshot.ts';

/** Loops of `always` and raised events stop here; lint refuses most of them beforehand. */
const MAX_MICROSTEPS = 200;

/** What XState carries as its context: the data, and what this one step knows beside them. */
export interface MachineContext {
  readonly data: Data;
  readonly step: StepFacts;
}

/** The rest of the scope in this step, and a place for what went wrong inside XState. */
export interface StepFacts {
  readonly scope: Scope;
  readonly failures: unknown[];
  /** What could not be worked out and was left out, in words. */
  readonly leftOut: string[];
  /** What gates have answered: the step asks whether any is open, and XState asks again. */
  readonly answers: Map<Gate, GateAnswer>;
}

/** Holds for the same data and the same event, as a gate sees nothing else that changes in a step. */
interface GateAnswer {
  readonly data: Data;
  readonly event: object;
  readonly open: boolean;
}

/** Hears of what could not be worked out in a step. */
export function leavingOut({ leftOut }: Pick<StepFacts, 'leftOut'>): OnFailure {
  return (field, why) => {
    const told = `${field === '' ? 'a value' : field} (${why.slice(0, 120)})`;
    // The history fills in what stands in braces.
    if (leftOut.length < MOST_LEFT_OUT) leftOut.push(told.replaceAll(/[{}]/gu, ' '));
  };
}

/** Enough to mend the workflow by. */
const MOST_LEFT_OUT = 10;

interface CompiledForm {
  /** As it is shown and first checked. */
  readonly shown: JsonSchema;
  /** As it is committed: personal values may be references. */
  readonly committed: JsonSchema;
}

/** A definition ready to run. Made once per definition version and kept. */
export interface CompiledWorkflow {
  /** As it was published, but every `$ref` in its data is written out. */
  readonly definition: WorkflowDefinition;
  readonly hash: string;
  readonly machine: ReturnType<typeof createMachine>;
  /** The named deadline and the state's path behind each of XState's delayed events. */
  readonly delays: ReadonlyMap<string, { readonly deadline: string; readonly state: string }>;
  readonly dataSchema: JsonSchema;
  /** The form of a transition, by its `meta` object. */
  readonly forms: ReadonlyMap<TransitionMeta, CompiledForm>;
  readonly startForm: CompiledForm;
}

/**
 * Compiles a definition. It has to have passed lint; a definition that has not is refused with
 * `definition-refused` as soon as something in it is not known.
 */
export function compileWorkflow(given: WorkflowDefinition, hash = ''): CompiledWorkflow {
  const definition = { ...given, data: plainSchema(given.data) };
  const forms = new Map<TransitionMeta, CompiledForm>();
  const fields = new Set(Object.keys(definition.data.properties ?? {}));
  const formOf = (form: TransitionMeta['form']): CompiledForm => {
    const shown = plainSchema(formSchema(form, definition.data));
    return { shown, committed: allowPersonalReferences(shown) };
  };

  const action = (config: ActionConfig): object => {
    if (config.type !== 'record') {
      return { type: config.type, params: { plan: compileEffect(config) } };
    }
    return {
      type: 'record',
      params: { run: compileRecord(config.params, fields) },
    };
  };
  const actions = (list: OneOrMore<ActionConfig>): object[] => listOf(list).map(action);
  const transitions = (list: OneOrMore<TransitionConfig>): object[] =>
    listOf(list).map(({ guard, actions: taken, ...rest }) => {
      if (rest.meta) forms.set(rest.meta, formOf(rest.meta.form));
      return {
        ...rest,
        ...(guard ? { guard: { type: guard.type, params: { gate: compileGate(guard) } } } : {}),
        ...(taken ? { actions: actions(taken) } : {}),
      };
    });
  const node = ({
    states,
    on,
    after,
    always,
    onDone,
    entry,
    exit,
    ...rest
  }: MachineConfig): object => ({
    ...rest,
    ...(states ? { states: mapValues(states, node) } : {}),
    ...(on ? { on: mapValues(on, transitions) } : {}),
    ...(after ? { after: mapValues(after, transitions) } : {}),
    ...(always ? { always: transitions(always) } : {}),
    ...(onDone ? { onDone: transitions(onDone) } : {}),
    ...(entry ? { entry: actions(entry) } : {}),
    ...(exit ? { exit: actions(exit) } : {}),
  });

  const deadlines = Object.keys(definition.deadlines ?? {});
  const machine = createMachineOf(definition, node(definition.machine), deadlines);
  return {
    definition,
    hash,
    machine,
    delays: delaysOf(machine.root, deadlines),
    dataSchema: allowPersonalReferences(definition.data),
    forms,
    startForm: formOf(definition.start.form),
  };
}

function createMachineOf(
  definition: WorkflowDefinition,
  config: object,
  deadlines: readonly string[],
): CompiledWorkflow['machine'] {
  const whole = {
    ...config,
    id: definition.id,
    context: ({ input }: { input: unknown }) => input,
    options: { maxIterations: MAX_MICROSTEPS },
  };
  const implementations = {
    guards: Object.fromEntries(GATE_TYPES.map((type) => [type, gateIsOpen])),
    actions: { record },
    // The value is a dummy: our own timer table says when a deadline is due.
    delays: Object.fromEntries(deadlines.map((name) => [name, 1])),
  };
  try {
    // The config is data: XState's types can only describe one written in TypeScript.
    return createMachine(whole as never).provide(implementations as never) as never;
  } catch (error) {
    if (isConcordatError(error)) throw error;
    throw new ConcordatError(
      'definition-refused',
      `XState refuses "${definition.id}": ${String(error)}`,
      {
        cause: error,
        userMessage: `The workflow "${definition.title}" cannot be used: ${String(error)}`,
      },
    );
  }
}

interface Arguments {
  readonly context: MachineContext;
  readonly event: { readonly type: string };
}

function gateIsOpen({ context, event }: Arguments, { gate }: { readonly gate: Gate }): boolean {
  const { data, step } = context;
  const known = step.answers.get(gate);
  if (known?.data === data && known.event === event) return known.open;
  try {
    const open = gate.unmet(scopeNow(context, event)).length === 0;
    step.answers.set(gate, { data, event, open });
    return open;
  } catch (error) {
    context.step.failures.push(error);
    return false;
  }
}

const record = assign(({ context, event }: Arguments, { run }: { readonly run: RecordData }) => {
  try {
    return { data: run(scopeNow(context, event), leavingOut(context.step)) };
  } catch (error) {
    // XState would swallow the class of the error; the step throws the first of these itself.
    context.step.failures.push(error);
    return {};
  }
});

/** The scope as it stands now: the data may have been changed earlier in this step. */
export function scopeNow(context: MachineContext, event: { readonly type: string }): Scope {
  const { scope } = context.step;
  // XState's own events (the clock's, a finished region's) carry nothing that we know.
  return {
    ...scope,
    data: context.data,
    event: event.type === scope.event.type ? scope.event : event,
  };
}

/** The delayed events of every state: XState calls them `xstate.after.<delay>.<state id>`. */
function delaysOf(root: AnyStateNode, deadlines: readonly string[]): CompiledWorkflow['delays'] {
  const delays = new Map<string, { deadline: string; state: string }>();
  const visit = (node: AnyStateNode): void => {
    for (const deadline of deadlines) {
      const event = `xstate.after.${deadline}.${node.id}`;
      if (node.transitions.has(event)) delays.set(event, { deadline, state: node.path.join('.') });
    }
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(root);
  return delays;
}

function mapValues<T>(values: Readonly<Record<string, T>>, map: (value: T) => unknown): object {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
