import { activeNodes } from './active-nodes.ts';
import type { CompiledWorkflow } from './compile.ts';
import type { DocumentEffect, UnnumberedEffect } from './effect.ts';
import type { EngineEvent } from './scope.ts';
import type { InstanceSnapshot } from './snapshot.ts';

type Asked = NonNullable<InstanceSnapshot['asked']>;

/**
 * How often each document has been asked for after a step. Documents of one name that one step asks
 * for belong to one text, so they count once.
 */
export function countAsked(before: Asked, effects: readonly UnnumberedEffect[]): Asked {
  const names = new Set(effects.flatMap((one) => (one.type === 'document' ? one.name : [])));
  if (names.size === 0) return before;
  return {
    ...before,
    ...Object.fromEntries([...names].map((name) => [name, askedFor(before, name) + 1])),
  };
}

/** How often a document has been asked for. */
export function askedFor(asked: Asked | undefined, name: string): DocumentEffect['asked'] {
  return asked && Object.hasOwn(asked, name) ? (asked[name] ?? 0) : 0;
}

/** Whether something in the place where an instance stands waits for this document. */
export function awaitsDocument(
  workflow: CompiledWorkflow,
  snapshot: InstanceSnapshot,
  name: string,
): boolean {
  return activeNodes(workflow, snapshot).some((node) =>
    node.transitions.has(`effect.document.${name}`),
  );
}

/**
 * Was this document asked for before another text of the same name, or for a place that has been left
 * since, such as a draft that is being changed again? Renderings may come back late and in any order
 * (one failed and was tried again): a later text wins, also one that is still being written.
 */
export function isOvertaken(
  workflow: CompiledWorkflow,
  snapshot: InstanceSnapshot,
  name: string,
  event: EngineEvent,
): boolean {
  const which = event['asked'];
  if (typeof which !== 'number' || which < askedFor(snapshot.asked, name)) return true;
  // What comes after the end changes nothing any more, and is kept.
  if (event['awaited'] !== true || snapshot.status === 'done') return false;
  return !awaitsDocument(workflow, snapshot, name);
}
