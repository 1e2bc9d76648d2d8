import { activeNodes } from './active-nodes.ts';
import type { CompiledWorkflow } from './compile.ts';
import type { StateMeta, StepSpec } from './definition.ts';
import type { Unmet } from './unmet.ts';
import type { Gate } from './gate.ts';
import { midSentence } from './mid-sentence.ts';
import type { Scope } from './scope.ts';
import type { InstanceSnapshot } from './snapshot.ts';

/** Where an instance stands, in words. */
export interface Place {
  /** Dotted paths of the innermost states. */
  readonly states: readonly string[];
  readonly title: string;
  readonly waiting: readonly string[];
  readonly hint: string | null;
  readonly banner: string | null;
  readonly outcome: 'good' | 'neutral' | 'bad' | null;
  readonly steps: readonly StepSpec[];
  /** What the automatic transitions out of here still wait for. */
  readonly waitingFor: readonly Unmet[];
}

/** Describes where an instance stands; `scope` serves to tell who is still waited for. */
export function placeOf(
  workflow: CompiledWorkflow,
  snapshot: InstanceSnapshot,
  scope: Scope,
): Place {
  const nodes = activeNodes(workflow, snapshot);
  const metas = nodes.map((node) => (node.config.meta ?? {}) as StateMeta);
  // As the author wrote them: the keys of a stored value are in alphabetical order.
  const innermost = nodes
    .filter((node) => Object.keys(node.states).length === 0)
    .sort((a, b) => a.order - b.order);
  const titles = innermost.map(
    (node) => (node.config.meta as StateMeta | undefined)?.title ?? node.key,
  );
  const open = snapshot.status === 'active';
  return {
    states: innermost.map((node) => node.path.join('.')),
    title: titles.map((title, index) => (index === 0 ? title : midSentence(title))).join('; '),
    waiting: open ? metas.flatMap(({ waiting }) => waiting ?? []) : [],
    hint: metas.find(({ hint }) => hint !== undefined)?.hint ?? null,
    banner: open ? (metas.find(({ banner }) => banner !== undefined)?.banner ?? null) : null,
    outcome: open ? null : (metas.find(({ outcome }) => outcome !== undefined)?.outcome ?? null),
    steps: metas.flatMap(({ steps }) => steps ?? []),
    waitingFor: open
      ? nodes.flatMap((node) =>
          (node.always ?? []).flatMap(({ guard }) => {
            const known = guard as { type: string; params?: { gate?: Gate } } | undefined;
            // A `meets` here chooses the way on; only these two wait for people.
            if (known?.type !== 'everyParty' && known?.type !== 'signedOff') return [];
            return known.params?.gate?.unmet(scope) ?? [];
          }),
        )
      : [],
  };
}
