import type { AnyMachineSnapshot } from 'xstate';
import { askedFor, awaitsDocument, countAsked } from './asked-document.ts';
import { type CompiledWorkflow, leavingOut, type MachineContext, scopeNow } from './compile.ts';
import type { Effect, UnnumberedEffect } from './effect.ts';
import type { EffectPlan } from './effect-plan.ts';
import { ConcordatError } from './errors.ts';
import { historyOf, valueOf } from './machine-snapshot.ts';
import type { Scope } from './scope.ts';
import type { Data, InstanceSnapshot, Timer } from './snapshot.ts';
import { type MovedDeadline, nextTimers, type TimerAction } from './timer-table.ts';
import { validator } from './validate.ts';
import type { WorkingCalendar } from './working-calendar.ts';

/** What one step brings; the server makes a commit of it. */
export interface StepResult {
  readonly snapshot: InstanceSnapshot;
  readonly timers: readonly Timer[];
  readonly effects: readonly Effect[];
  readonly moved: readonly MovedDeadline[];
  /** A sentence for the history, with {names} of event fields still to be filled in. */
  readonly story: string;
  /** Dropped: a deadline or a document that no longer applies; nothing changed. */
  readonly outcome: 'taken' | 'dropped';
}

export interface MachineOutcome {
  readonly machine: AnyMachineSnapshot;
  readonly actions: readonly MachineAction[];
}

interface MachineAction {
  readonly type: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly info: { readonly context: MachineContext; readonly event: { readonly type: string } };
}

/** Most effects one step may ask for: ten parties, a few mails each. */
const MAX_EFFECTS = 500;

/** Turns what XState answered into our snapshot, timer table and effects. */
export function finishStep(input: {
  readonly workflow: CompiledWorkflow;
  readonly calendar: WorkingCalendar;
  readonly scope: Scope;
  readonly outcome: MachineOutcome;
  readonly story: string;
  readonly before: {
    readonly snapshot: InstanceSnapshot;
    readonly timers: readonly Timer[];
  } | null;
  readonly fired?: string | null;
}): StepResult {
  const { workflow, before, outcome } = input;
  const { machine, actions } = outcome;
  const { data } = machine.context as MachineContext;
  if (data !== before?.snapshot.data) checkData(workflow, data);
  const done = machine.status === 'done';
  const table = nextTimers({
    workflow,
    timers: before?.timers ?? [],
    visits: before?.snapshot.visits ?? {},
    actions: timerActions(actions),
    fired: input.fired ?? null,
    scope: { ...input.scope, data },
    calendar: input.calendar,
  });
  const children = before?.snapshot.children ?? [];
  const effects = effectsOf(actions, children);
  const history = historyOf(machine);
  const asked = countAsked(before?.snapshot.asked ?? {}, effects);
  const snapshot: InstanceSnapshot = {
    status: done ? 'done' : 'active',
    value: valueOf(machine),
    ...(history === undefined ? {} : { historyValue: history }),
    data,
    documents: before?.snapshot.documents ?? {},
    ...(Object.keys(asked).length === 0 ? {} : { asked }),
    children,
    visits: table.visits,
  };
  return {
    snapshot,
    timers: done ? [] : table.timers,
    effects: effects.map((effect, n) => numbered(effect, n, workflow, snapshot)),
    moved: table.moved,
    story: toldWith(input.story, (machine.context as MachineContext).step.leftOut),
    outcome: 'taken',
  };
}

/** The step holds although something could not be worked out; whoever reads the history sees it. */
function toldWith(story: string, leftOut: readonly string[]): string {
  if (leftOut.length === 0) return story;
  const what = [...new Set(leftOut)].join(', ');
  return `${story}. ${LEFT_OUT}: ${what}`;
}

/** How the history speaks of it. */
export const LEFT_OUT = 'Left out, as the workflow could not work it out';

/** Checks an instance's data against its schema; throws `data-refused`. */
export function checkData(workflow: CompiledWorkflow, data: Data): void {
  const [problem] = validator(workflow.dataSchema)(data);
  if (!problem) return;
  const field = problem.path.split('/')[1] ?? '';
  const title = workflow.definition.data.properties?.[field]?.title ?? (field || 'the data');
  const full = problem.keyword === 'maxItems';
  throw new ConcordatError('data-refused', `data refused at ${problem.path}: ${problem.message}`, {
    userMessage: full
      ? `"${title}" is full: no more entries can be added.`
      : `"${title}" cannot be kept as it is: ${problem.message}.`,
    details: { problems: [problem] },
  });
}

/** Delayed raises start a timer, cancels end one; an undelayed raise has already happened. */
function timerActions(actions: readonly MachineAction[]): readonly TimerAction[] {
  return actions.flatMap(({ type, params = {} }): readonly TimerAction[] => {
    if (type === 'xstate.cancel') return [{ kind: 'cancel', event: String(params['sendId']) }];
    if (type !== 'xstate.raise' || params['delay'] === undefined) return [];
    return [{ kind: 'start', event: String(params['id']) }];
  });
}

function effectsOf(
  actions: readonly MachineAction[],
  children: InstanceSnapshot['children'],
): readonly UnnumberedEffect[] {
  const effects = actions.flatMap(({ params, info }) => {
    const plan = params?.['plan'];
    if (typeof plan !== 'function') return [];
    const { context, event } = info;
    return (plan as EffectPlan)(scopeNow(context, event), children, leavingOut(context.step));
  });
  if (effects.length > MAX_EFFECTS) {
    throw new ConcordatError('data-refused', `${effects.length} effects in one step`, {
      userMessage: 'This would send too many messages at once.',
    });
  }
  return effects;
}

function numbered(
  effect: UnnumberedEffect,
  n: number,
  workflow: CompiledWorkflow,
  snapshot: InstanceSnapshot,
): Effect {
  if (effect.type !== 'document') return { ...effect, n };
  const { name } = effect;
  const awaited = awaitsDocument(workflow, snapshot, name);
  return { ...effect, n, asked: askedFor(snapshot.asked, name), awaited };
}
