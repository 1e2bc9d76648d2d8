import type { CompiledWorkflow } from '../compile.ts';
import { listOf } from '../definition.ts';
import { optionsAt } from '../options.ts';
import { placeOf } from '../place.ts';
import { type StateNode, stateTree } from '../state-tree.ts';
import { ofKind } from './expectation.ts';
import { beginnings, likeness, NAMES, onward, type WalkBeginning } from './sample-moves.ts';
import { storyLines } from './story.ts';
import type { VirtualInstance } from './virtual-instance.ts';

/** A place that was reached, and a short way there. */
interface ReachedState {
  /** Dotted paths of the innermost states. */
  readonly states: readonly string[];
  readonly title: string;
  /** How many events and deadlines it took. */
  readonly steps: number;
  readonly story: readonly string[];
}

export interface Walk {
  readonly reached: readonly ReachedState[];
  /** Titles of states that no sample led to; a written scenario shows those. */
  readonly missed: readonly string[];
  /** True when everything was tried; false when the bound came first. */
  readonly complete: boolean;
}

export interface WalkOptions extends WalkBeginning {
  /** How many events may be tried before it stops. */
  readonly most?: number;
}

interface Visit {
  readonly instance: VirtualInstance;
  readonly steps: number;
  readonly score: number;
}

/**
 * Looks for a short way to every state, with sample answers made from the forms, each party in turn,
 * and the clock. A bounded search: of the places found, the next to go on from is the one with the
 * fewest steps behind it and the fewest criteria still in its way.
 */
export function walkShortestPaths(workflow: CompiledWorkflow, options: WalkOptions): Walk {
  const { timeZone } = options;
  const budget = { left: options.most ?? 6_000 };
  const reached = new Map<string, ReachedState>();
  const known = new Set<string>();
  let open: Visit[] = [];
  const arrive = (instance: VirtualInstance, steps: number): void => {
    const key = likeness(instance.snapshot());
    if (known.has(key)) return;
    known.add(key);
    const happenings = instance.happenings();
    const isNew = ofKind(happenings, 'place').filter((place) => {
      const states = place.states.join(' ');
      const before = reached.get(states);
      if (before && before.steps <= steps) return false;
      const told = happenings.slice(0, happenings.indexOf(place) + 1);
      const story = storyLines(told, { workflow, timeZone, names: NAMES });
      reached.set(states, { states: place.states, title: place.title, steps, story });
      return !before;
    });
    if (instance.snapshot().status !== 'active') return;
    const score = isNew.length > 0 ? -1_000 + steps : steps + 2 * openCriteria(workflow, instance);
    open.push({ instance, steps, score });
  };
  for (const instance of beginnings(workflow, options)) arrive(instance, 0);
  while (budget.left > 0 && open.length > 0) {
    open = open.toSorted((a, b) => a.score - b.score).slice(0, MOST_OPEN);
    const visit = open.shift() as Visit;
    for (const next of onward(workflow, visit.instance, budget)) arrive(next, visit.steps + 1);
  }
  const seen = new Set([...reached.values()].flatMap(({ states }) => states));
  const missed = stateTree(workflow.definition)
    .states.filter(({ kind, children }) => children.length === 0 && kind !== 'history')
    .filter((state) => !seen.has(state.path.join('.')) && !passedThrough(state))
    .map(({ config, key }) => config.meta?.title ?? key);
  return { reached: [...reached.values()], missed, complete: open.length === 0 };
}

/** Places kept to go on from; the rest are the least promising. */
const MOST_OPEN = 400;

/** How much still stands in the way of what could be done here. */
function openCriteria(workflow: CompiledWorkflow, instance: VirtualInstance): number {
  const scope = instance.scope();
  const unmet = [
    ...optionsAt(workflow, instance.snapshot(), scope).flatMap((option) => option.unmet),
    ...placeOf(workflow, instance.snapshot(), scope).waitingFor,
  ];
  return unmet.reduce((sum, { items }) => sum + Math.max(1, items?.length ?? 1), 0);
}

/** A state that is left in the same step is never stood in: at an end inside, or by `always`. */
function passedThrough({ kind, config, parent }: StateNode): boolean {
  if (kind === 'final') return parent?.config.onDone !== undefined;
  return listOf(config.always).some(({ guard }) => guard === undefined);
}
