import {
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
} from 'xstate';
import { ConcordatError, isConcordatError } from './errors.ts';
import type { StepFacts } from './compile.ts';
import type { MachineOutcome } from './step-result.ts';

/** Runs XState and turns whatever goes wrong inside it into our own errors. */
export function runMachine(
  facts: StepFacts,
  run: () => readonly [unknown, readonly unknown[]],
): MachineOutcome {
  const [next, actions] = runSafely(run);
  const machine = next as MachineOutcome['machine'];
  const [failure] = facts.failures;
  const error = failure ?? (machine.status === 'error' ? machine.error : undefined);
  if (error !== undefined) throw asOurs(error);
  return { machine, actions: actions as MachineOutcome['actions'] };
}

/**
 * XState's `transition`, with the scope of a machine kept: XState makes one for every call, and with it
 * an actor that enters the initial state for nothing.
 */
export function takeTransition(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  event: { readonly type: string },
): readonly [AnyMachineSnapshot, readonly unknown[]] {
  const actions: unknown[] = [];
  const actionExecutor: AnyActorScope['actionExecutor'] = (action) => {
    actions.push(action);
  };
  const scope = { ...inertScope(machine), actionExecutor };
  return [machine.transition(snapshot, event, scope), actions];
}

const scopes = new WeakMap<AnyStateMachine, AnyActorScope>();

/** Of an actor that is never started: our machines have no children, and effects are only collected. */
function inertScope(machine: AnyStateMachine): AnyActorScope {
  const known = scopes.get(machine);
  if (known) return known;
  const self = createActor(machine);
  const nothing = (): undefined => undefined;
  const scope: AnyActorScope = {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  };
  scopes.set(machine, scope);
  return scope;
}

/** As `runMachine`, for a question that changes nothing. */
export function runSafely<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asOurs(error);
  }
}

function asOurs(error: unknown): ConcordatError {
  if (isConcordatError(error)) return error;
  const loops = String(error).includes('Infinite loop');
  return new ConcordatError(
    loops ? 'evaluation-too-long' : 'definition-refused',
    `the workflow could not be run: ${String(error)}`,
    {
      cause: error,
      userMessage:
        'This workflow has a mistake in it, so this could not be done. Nothing was changed. Tell your coordinator.',
    },
  );
}
