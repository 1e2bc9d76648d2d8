import type { AnyMachineSnapshot, AnyStateNode, StateValue as XStateValue } from 'xstate';
import type { CompiledWorkflow, MachineContext } from './compile.ts';
import { ConcordatError } from './errors.ts';
import type { JsonValue } from './json-value.ts';
import type { InstanceSnapshot, StateValue } from './snapshot.ts';

/** Our machines have no actors; XState only asks for the scope of those. */
const NO_ACTORS = {} as never;

/** XState's snapshot of an instance, made from ours. */
export function restoreMachine(
  { machine }: CompiledWorkflow,
  snapshot: InstanceSnapshot,
  context: MachineContext,
): AnyMachineSnapshot {
  try {
    // XState walks the whole context when it restores, looking for actors; ours is put in afterwards.
    const persisted = {
      status: snapshot.status,
      value: snapshot.value as XStateValue,
      historyValue: snapshot.historyValue ?? {},
      context: {},
      children: {},
      output: undefined,
      error: undefined,
    };
    const restored = machine.restoreSnapshot(persisted, NO_ACTORS) as AnyMachineSnapshot;
    return Object.assign(restored, { context });
  } catch (error) {
    throw new ConcordatError('definition-unknown', 'the state is not part of this definition', {
      cause: error,
      userMessage:
        'This was begun with another version of the workflow and cannot be continued here.',
    });
  }
}

export function valueOf(snapshot: AnyMachineSnapshot): StateValue {
  return snapshot.value as StateValue;
}

/** XState's memory for history states, as ids; undefined when it has none. */
export function historyOf(snapshot: AnyMachineSnapshot): JsonValue | undefined {
  const memory = snapshot.historyValue as Readonly<Record<string, readonly AnyStateNode[]>>;
  const entries = Object.entries(memory ?? {});
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([key, nodes]) => [key, nodes.map(({ id }) => ({ id }))]));
}
