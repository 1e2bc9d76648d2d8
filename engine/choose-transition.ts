import type { AnyStateNode } from 'xstate';
import type { CompiledWorkflow } from './compile.ts';
import type { SignalSource, TransitionMeta } from './definition.ts';
import { ConcordatError } from './errors.ts';
import type { Unmet } from './unmet.ts';
import { type Gate, partiesOf } from './gate.ts';
import type { JsonSchema } from './json-schema.ts';
import type { EngineEvent, Scope } from './scope.ts';
import type { InstanceSnapshot } from './snapshot.ts';
import { activeNodes } from './active-nodes.ts';

/** Who sends an event: a person, or another instance (which may be several of these at once). */
export type EventSource =
  | { readonly kind: 'person' }
  | { readonly kind: 'signal'; readonly from: readonly SignalSource[] }
  | { readonly kind: 'engine' };

/** A transition that could take an event from where the instance stands. */
export interface Candidate {
  readonly event: string;
  readonly meta: TransitionMeta;
  readonly gate: Gate | null;
  /** The state it leaves from, as a dotted path. */
  readonly state: string;
  /** It leads through a gate to another state. */
  readonly leadsOn: boolean;
}

/** The candidate for an event: its form, its story, and how to refuse when its gates are shut. */
export interface Chosen {
  readonly form: JsonSchema | null;
  readonly story: string;
  readonly refusal: () => ConcordatError;
}

/** Every transition that leaves the present states, deepest state first. */
export function candidatesAt(
  workflow: CompiledWorkflow,
  snapshot: InstanceSnapshot,
): readonly Candidate[] {
  return activeNodes(workflow, snapshot).flatMap((node) => candidatesOf(node));
}

const candidatesByNode = new WeakMap<AnyStateNode, readonly Candidate[]>();

function candidatesOf(node: AnyStateNode): readonly Candidate[] {
  const known = candidatesByNode.get(node);
  if (known) return known;
  const state = node.path.join('.');
  const found: Candidate[] = [];
  for (const [event, transitions] of node.transitions) {
    for (const { meta, guard, target } of transitions) {
      const gate = (guard as { params?: { gate?: Gate } } | undefined)?.params?.gate ?? null;
      const leadsOn = gate !== null && (target ?? []).some((next) => next !== node);
      found.push({ event, meta: (meta ?? {}) as TransitionMeta, gate, state, leadsOn });
    }
  }
  candidatesByNode.set(node, found);
  return found;
}

/**
 * Finds what a person's or another instance's event means here, and checks all that does not need
 * XState: that it is possible, that the party is one, that the document decided on is the newest.
 */
export function choosePersonOrSignal(
  input: {
    readonly workflow: CompiledWorkflow;
    readonly head: { readonly snapshot: InstanceSnapshot };
    readonly event: EngineEvent;
    readonly source: EventSource;
  },
  scope: Scope,
): Chosen {
  const { workflow, event, source } = input;
  const candidates = candidatesAt(workflow, input.head.snapshot).filter(
    (candidate) => candidate.event === event.type && mayCome(candidate.meta, source),
  );
  const [first] = candidates;
  if (!first) throw notPossible(workflow, input.head.snapshot, event);
  const { meta } = first;
  checkParty(meta, event, scope);
  checkManifest(meta, event, scope);
  return {
    form: meta.label === undefined ? null : (workflow.forms.get(meta)?.committed ?? null),
    story: meta.story ?? meta.label ?? event.type,
    refusal: () => gateNotMet(meta, candidates, scope),
  };
}

function mayCome(meta: TransitionMeta, source: EventSource): boolean {
  if (source.kind === 'engine') return true;
  if (source.kind === 'person') return meta.label !== undefined;
  return meta.signal?.some((from) => source.from.includes(from)) ?? false;
}

function checkParty(meta: TransitionMeta, event: EngineEvent, scope: Scope): void {
  if (meta.eachParty !== true) return;
  const parties = partiesOf(scope.data['parties']);
  if (event.party !== undefined && parties.includes(event.party)) return;
  throw new ConcordatError('party-unknown', `${event.party ?? 'nobody'} is not a party`, {
    userMessage: 'Only the organisations that take part can do this, each for itself.',
  });
}

function checkManifest(meta: TransitionMeta, event: EngineEvent, scope: Scope): void {
  if (meta.decides === undefined) return;
  const current = Object.hasOwn(scope.documents, meta.decides)
    ? scope.documents[meta.decides]?.manifest
    : undefined;
  if (current !== undefined && event['manifest'] === current) return;
  throw new ConcordatError('manifest-changed', `the document "${meta.decides}" is another now`, {
    userMessage:
      'The document has changed since you opened it. Read the new text before you decide; nothing was recorded.',
  });
}

function notPossible(
  workflow: CompiledWorkflow,
  snapshot: InstanceSnapshot,
  event: EngineEvent,
): ConcordatError {
  const now = candidatesAt(workflow, snapshot).flatMap(({ meta }) => meta.label ?? []);
  const hint = now.length === 0 ? '' : ` What can be done now: ${now.join('; ')}.`;
  return new ConcordatError('event-not-possible', `${event.type} is not possible now`, {
    userMessage: `This cannot be done at this point; it may have moved on since you opened the page.${hint}`,
    details: { event: event.type, possible: now },
  });
}

/** Of several ways to take the event, tells what the nearest one lacks. */
function gateNotMet(
  meta: TransitionMeta,
  candidates: readonly Candidate[],
  scope: Scope,
): ConcordatError {
  const lacks = candidates
    .map(({ gate }) => gate?.unmet(scope) ?? [])
    .filter((unmet) => unmet.length > 0)
    .sort((a, b) => a.length - b.length);
  const unmet: readonly Unmet[] = lacks[0] ?? [];
  return new ConcordatError('gate-not-met', `the gate of "${meta.label ?? ''}" is not met`, {
    userMessage: unmet.map(({ sentence }) => sentence).join(' ') || 'This is not possible yet.',
    details: { unmet },
  });
}
