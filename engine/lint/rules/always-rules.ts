import { listOf } from '../../definition.ts';
import { enteredWith, type StateNode, type Transition } from '../../state-tree.ts';
import type { Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';

/**
 * `always` moves on as soon as its gate allows. A round of them that no gate interrupts, or that one
 * and the same gate lets through while no data change, never settles.
 */
export function checkAlways({ tree }: LintContext, report: Report): void {
  const all = tree.transitions
    .filter(({ kind }) => kind === 'always')
    .map((edge) => ({ edge, gate: gateText(edge), changes: changesData(edge) }));
  const rounds = new Set<Transition>();
  // Beyond so many different gates a file is no workflow; the step's own limit holds there.
  for (const gate of [...new Set(['', ...all.map((one) => one.gate)])].slice(0, MOST_GATES)) {
    const free = all.filter((one) => one.gate === '' || (one.gate === gate && !one.changes));
    for (const edge of roundsIn(free.map((one) => one.edge))) rounds.add(edge);
  }
  for (const edge of rounds) {
    report(
      edge.pointer,
      'endless-always',
      'This "always" leads back to itself without end.',
      'Give it a target outside the round, or a "guard" that the data stop meeting.',
    );
  }
}

const MOST_GATES = 100;

/** Each `always` is followed by at most one other, so every round is found by following on. */
function roundsIn(free: readonly Transition[]): ReadonlySet<Transition> {
  const firstOf = new Map<StateNode, Transition>();
  for (const edge of free) if (!firstOf.has(edge.source)) firstOf.set(edge.source, edge);
  const followingIn = new Map<StateNode, Transition | undefined>();
  const following = (edge: Transition): Transition | undefined => {
    if (edge.target === undefined) return undefined;
    const place = edge.target ?? edge.source;
    if (!followingIn.has(place)) {
      // The innermost state's comes first.
      const active = [...enteredWith(place)].filter((state) => firstOf.has(state));
      active.sort((a, b) => b.path.length - a.path.length);
      followingIn.set(place, active[0] && firstOf.get(active[0]));
    }
    return followingIn.get(place);
  };
  const rounds = new Set<Transition>();
  const settled = new Set<Transition>();
  for (const start of free) {
    const walked = new Set<Transition>();
    let edge: Transition | undefined = start;
    while (edge && !walked.has(edge) && !settled.has(edge)) {
      walked.add(edge);
      edge = following(edge);
    }
    if (edge && walked.has(edge)) {
      const path = [...walked];
      for (const one of path.slice(path.indexOf(edge))) rounds.add(one);
    }
    for (const one of walked) settled.add(one);
  }
  return rounds;
}

function gateText(edge: Transition): string {
  return edge.config.guard === undefined ? '' : JSON.stringify(edge.config.guard);
}

function changesData(edge: Transition): boolean {
  return (
    listOf(edge.config.actions).some(({ type }) => type === 'record') ||
    listOf(edge.target?.config.entry).some(({ type }) => type === 'record')
  );
}
