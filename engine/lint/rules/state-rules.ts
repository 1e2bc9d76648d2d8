import { type StateNode, titleOf } from '../../state-tree.ts';
import { didYouMean, listed, pointerTo, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';

/** Each state by itself: its kind, its first state, its title and its outcome. */
export function checkStates({ definition, tree }: LintContext, report: Report): void {
  const ids = new Map<string, string>([[definition.id, '/machine']]);
  for (const state of tree.states) {
    const { id } = state.config;
    if (id !== undefined && state.parent) {
      const first = ids.get(id);
      if (first === undefined) ids.set(id, state.pointer);
      else {
        report(
          `${state.pointer}/id`,
          'duplicate-id',
          `The id ${quoted(id)} is taken already, by ${first}.`,
          'Give this state an id of its own, or none.',
        );
      }
    }
    checkKind(state, report);
    checkInitial(state, report);
    checkWords(state, report);
  }
}

function checkKind(state: StateNode, report: Report): void {
  const { config, kind, pointer, children } = state;
  if (!state.parent && kind !== 'compound' && kind !== 'parallel') {
    report(
      pointer,
      'missing-states',
      'The machine has no states inside it.',
      'Add "states" and "initial".',
    );
    return;
  }
  if (kind === 'final' || kind === 'history') {
    for (const word of ['on', 'after', 'always', 'onDone', 'states', 'initial'] as const) {
      if (config[word] === undefined) continue;
      const what = kind === 'final' ? 'A final state' : 'A history state';
      report(
        pointerTo(pointer, word),
        'word-on-wrong-state',
        `${what} cannot have ${quoted(word)}.`,
        `Take "${word}" out, or the "type".`,
      );
    }
  }
  if ((kind === 'compound' || kind === 'parallel') && children.length === 0) {
    report(
      pointer,
      'missing-states',
      `A ${kind} state needs states inside it.`,
      'Add "states", or take the "type" out.',
    );
  }
  if (kind === 'atomic' && children.length > 0) {
    report(
      `${pointer}/type`,
      'word-on-wrong-state',
      'An atomic state has no states inside it.',
      'Take the "type" out, or "states".',
    );
  }
  if (kind !== 'history') {
    for (const word of ['history', 'target'] as const) {
      if (config[word] === undefined) continue;
      report(
        pointerTo(pointer, word),
        'word-on-wrong-state',
        `Only a history state has ${quoted(word)}.`,
        'Add "type": "history", or take it out.',
      );
    }
  } else if (config.target !== undefined && !childAt(state.parent, config.target)) {
    report(
      `${pointer}/target`,
      'unknown-target',
      `There is no state ${quoted(config.target)} beside this one.`,
      `Write the key of a neighbour: ${listed(keysOf(state.parent))}.`,
    );
  }
  if (config.onDone !== undefined && kind === 'atomic') {
    report(
      `${pointer}/onDone`,
      'word-on-wrong-state',
      'Only a state with states inside it comes to be done.',
      'Take "onDone" out.',
    );
  }
  if (kind === 'compound' && config.onDone !== undefined && !children.some(isFinal)) {
    report(
      `${pointer}/onDone`,
      'never-done',
      'No state inside is final, so "onDone" is never taken.',
      'Make one of the states inside "type": "final".',
    );
  }
}

function checkInitial(state: StateNode, report: Report): void {
  const { config, kind, pointer } = state;
  if (kind === 'parallel' && config.initial !== undefined) {
    report(
      `${pointer}/initial`,
      'word-on-wrong-state',
      'All states inside a parallel state are active at once, so none comes first.',
      'Take "initial" out.',
    );
  }
  if (kind !== 'compound' || state.children.length === 0) return;
  if (config.initial === undefined) {
    report(
      pointer,
      'missing-initial',
      'It is not said which state inside comes first.',
      `Add "initial": one of ${listed(keysOf(state))}.`,
    );
  } else if (!childAt(state, config.initial)) {
    report(
      `${pointer}/initial`,
      'unknown-target',
      `There is no state ${quoted(config.initial)} inside this one.`,
      `${didYouMean(config.initial, keysOf(state))}Write one of: ${listed(keysOf(state))}.`,
    );
  }
}

function checkWords(state: StateNode, report: Report): void {
  const { config, kind, pointer } = state;
  if (state.parent && kind !== 'history' && config.meta?.title === undefined) {
    report(
      pointer,
      'state-without-title',
      `The state ${quoted(state.key)} has no title in plain words.`,
      'Add "meta": { "title": "…" }: what a tired reader would call it.',
    );
  }
  if (isFinal(state) && config.meta?.outcome === undefined) {
    report(
      pointer,
      'final-without-outcome',
      `It is not said how it went when it ends with ${quoted(titleOf(state))}.`,
      'Add "outcome": "good", "neutral" or "bad" to its "meta".',
    );
  }
  if (!isFinal(state) && config.meta?.outcome !== undefined) {
    report(
      `${pointer}/meta/outcome`,
      'word-on-wrong-state',
      'Only a final state has an outcome.',
      'Take "outcome" out, or make the state "type": "final".',
    );
  }
}

function isFinal(state: StateNode): boolean {
  return state.kind === 'final';
}

function keysOf(state: StateNode | null): readonly string[] {
  return (state?.children ?? []).map(({ key }) => key);
}

function childAt(state: StateNode | null, key: string): boolean {
  return keysOf(state).includes(key.split('.')[0] ?? '');
}
