import { ancestorsOf, enteredWith, isWithin, type StateNode, titleOf } from '../../state-tree.ts';
import { quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';

/** Every state can be reached, and from every state an end can. Gates are taken to be passable. */
export function checkReach({ tree }: LintContext, report: Report): void {
  const reachable = reachableStates(tree.root, tree.transitions);
  for (const state of tree.states) {
    // A group nobody enters is one finding, not one for each state inside it.
    if (reachable.has(state) || (state.parent && !reachable.has(state.parent))) continue;
    report(
      state.pointer,
      'unreachable-state',
      `Nothing leads to the state ${quoted(titleOf(state))}.`,
      'Add a transition that goes there, or take the state out.',
    );
  }
  const ends = tree.root.children.filter(({ kind }) => kind === 'final');
  if (tree.root.kind === 'compound' && ends.length === 0) {
    report(
      '/machine',
      'no-end',
      'The workflow has no end: no state of the machine is final.',
      'Give the machine a state with "type": "final" and an outcome.',
    );
    return;
  }
  const ending = statesThatEnd(tree.states, tree.transitions);
  for (const state of tree.states) {
    if (state.children.length > 0 || state.kind === 'history' || !reachable.has(state)) continue;
    if (!ending.has(state)) {
      report(
        state.pointer,
        'no-end',
        `From ${quoted(titleOf(state))} no end can be reached.`,
        'Add a transition from here, or from a state around it, that leads on to a final state.',
      );
    }
  }
}

type Edges = LintContext['tree']['transitions'];

function reachableStates(root: StateNode, transitions: Edges): ReadonlySet<StateNode> {
  const reached = new Set<StateNode>();
  const open: StateNode[] = [root];
  const from = bySource(transitions);
  while (open.length > 0) {
    for (const state of enteredWith(open.pop() as StateNode)) {
      if (reached.has(state)) continue;
      reached.add(state);
      for (const { target } of from.get(state) ?? [])
        if (target && !reached.has(target)) open.push(target);
    }
  }
  return reached;
}

/**
 * The states from which the machine's end can be reached. It is worked out backwards from the ends,
 * so that the time taken grows with the size of the machine and not with the number of its paths.
 */
function statesThatEnd(states: readonly StateNode[], transitions: Edges): ReadonlySet<StateNode> {
  const from = bySource(transitions);
  const leaving = targetsOutOfParallel(transitions);
  // For each target: the states without states inside that may go there, and what is entered then.
  const cameFrom = new Map<StateNode, Set<StateNode>>();
  const enteredBy = new Map<StateNode, StateNode[]>();
  const note = (target: StateNode, state: StateNode): void => {
    const known = cameFrom.get(target);
    if (known) {
      known.add(state);
      return;
    }
    cameFrom.set(target, new Set([state]));
    for (const entered of enteredWith(target)) {
      enteredBy.set(entered, [...(enteredBy.get(entered) ?? []), target]);
    }
  };
  for (const state of states) {
    if (state.children.length > 0) continue;
    for (const around of [state, ...ancestorsOf(state)]) {
      for (const edge of from.get(around) ?? []) {
        if (edge.target && mayLeave(edge, state)) note(edge.target, state);
      }
      for (const target of leaving.get(around) ?? []) note(target, state);
    }
  }
  const ending = new Set<StateNode>(states.filter(isEnd));
  const open = [...ending];
  while (open.length > 0) {
    for (const target of enteredBy.get(open.pop() as StateNode) ?? []) {
      for (const state of cameFrom.get(target) ?? []) {
        if (ending.has(state)) continue;
        ending.add(state);
        open.push(state);
      }
      cameFrom.delete(target);
    }
  }
  return ending;
}

/** Any region of a parallel state may take the instance out of it, and so free the others. */
function targetsOutOfParallel(transitions: Edges): ReadonlyMap<StateNode, ReadonlySet<StateNode>> {
  const leaving = new Map<StateNode, Set<StateNode>>();
  for (const { source, target } of transitions) {
    if (!target) continue;
    for (const around of ancestorsOf(source)) {
      if (around.kind !== 'parallel' || isWithin(target, around)) continue;
      const known = leaving.get(around);
      if (known) known.add(target);
      else leaving.set(around, new Set([target]));
    }
  }
  return leaving;
}

/** `onDone` of a state around is taken only from a final state inside it. */
function mayLeave(edge: Edges[number], state: StateNode): boolean {
  return edge.kind !== 'onDone' || state.kind === 'final';
}

/** A final state of the machine itself, or of a region when all of the machine is parallel. */
function isEnd(state: StateNode): boolean {
  if (state.kind !== 'final') return false;
  const { parent } = state;
  return !parent?.parent || (parent.parent.parent === null && parent.parent.kind === 'parallel');
}

function bySource(transitions: Edges): ReadonlyMap<StateNode, Edges> {
  const map = new Map<StateNode, Edges[number][]>();
  for (const transition of transitions) {
    const list = map.get(transition.source);
    if (list) list.push(transition);
    else map.set(transition.source, [transition]);
  }
  return map;
}
