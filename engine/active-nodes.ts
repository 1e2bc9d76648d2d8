import type { AnyStateNode } from 'xstate';
import type { CompiledWorkflow } from './compile.ts';
import type { InstanceSnapshot, StateValue } from './snapshot.ts';

/** The states an instance is in, deepest first; the root is among them. */
export function activeNodes(
  workflow: CompiledWorkflow,
  snapshot: InstanceSnapshot,
): readonly AnyStateNode[] {
  const found: AnyStateNode[] = [];
  const visit = (node: AnyStateNode, value: StateValue | undefined): void => {
    if (typeof value === 'string') {
      const child = node.states[value];
      if (child) visit(child, undefined);
    } else if (value !== undefined) {
      for (const [key, inner] of Object.entries(value)) {
        const child = node.states[key];
        if (child) visit(child, inner);
      }
    }
    found.push(node);
  };
  visit(workflow.machine.root, snapshot.value);
  return found;
}
