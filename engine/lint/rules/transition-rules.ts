import { ancestorsOf, type StateNode, titleOf, type Transition } from '../../state-tree.ts';
import { didYouMean, listed, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';

/** Where transitions go, who takes them, and whether they can be told apart. */
export function checkTransitions(context: LintContext, report: Report): void {
  const { tree, definition } = context;
  const groups = new Map<string, Transition[]>();
  for (const transition of tree.transitions) {
    checkTarget(transition, definition.id, report);
    if (transition.kind === 'on') checkTaker(transition, tree.transitions, report);
    else checkNobodyTakes(transition, report);
    checkPerson(transition, context, report);
    const group = `${transition.source.pointer} ${transition.kind} ${transition.name}`;
    groups.set(group, [...(groups.get(group) ?? []), transition]);
  }
  for (const group of groups.values()) checkToldApart(group, report);
  checkLevels(tree.states, report);
}

function checkTarget(
  { config, target, pointer, source }: Transition,
  id: string,
  report: Report,
): void {
  if (target === undefined) {
    const near = (source.parent ?? source).children.map(({ key }) => key);
    const text = config.target ?? '';
    report(
      `${pointer}/target`,
      'unknown-target',
      `There is no state ${quoted(text)}.`,
      `${didYouMean(text, near)}Write the key of a neighbour (${listed(near)}), ".child" of this state, or "#${id}.path.to.state".`,
    );
    return;
  }
  const does =
    config.target !== undefined || config.actions !== undefined || config.reenter === true;
  if (!does && config.guard !== undefined) {
    report(
      pointer,
      'does-nothing',
      'This transition has a gate, but no target and no effect.',
      'Add a "target" or "actions", or take it out.',
    );
  }
}

function checkTaker(transition: Transition, all: readonly Transition[], report: Report): void {
  const { config, name, pointer } = transition;
  const meta = config.meta ?? {};
  if (name.startsWith('effect.')) {
    if (meta.label !== undefined || meta.by !== undefined || meta.signal !== undefined) {
      report(
        `${pointer}/meta`,
        'not-for-people',
        'The result of an effect takes this transition; neither a person nor a signal does.',
        'Take "label", "by" and "signal" out.',
      );
    }
    return;
  }
  if (
    meta.signal !== undefined &&
    (meta.label !== undefined || meta.form !== undefined || meta.by !== undefined)
  ) {
    report(
      `${pointer}/meta`,
      'two-takers',
      'A transition is taken by a person or by a signal, not by both.',
      'Use two events, one with "label" and one with "signal".',
    );
    return;
  }
  if (meta.signal !== undefined) return;
  if (meta.label === undefined) {
    if (meta.by !== undefined) {
      report(
        `${pointer}/meta`,
        'missing-label',
        'There are people who may take this, but no words for the button.',
        'Add "label".',
      );
      return;
    }
    const others = all.some(
      (other) =>
        other.source === transition.source &&
        other.name === name &&
        (other.config.meta?.label !== undefined || other.config.meta?.signal !== undefined),
    );
    if (!others) {
      report(
        pointer,
        'nobody-may-take',
        `Nobody takes ${quoted(name)}: neither a person nor a signal.`,
        'Add "meta": { "label": "…", "by": [roles] }, or "meta": { "signal": ["child"] }.',
      );
    }
    return;
  }
  if (meta.by === undefined) {
    report(
      `${pointer}/meta`,
      'nobody-may-take',
      `Nobody may take ${quoted(meta.label)}.`,
      'Add "by": the roles who may.',
    );
  }
}

function checkNobodyTakes({ config, kind, pointer }: Transition, report: Report): void {
  for (const word of [
    'label',
    'by',
    'form',
    'confirm',
    'eachParty',
    'decides',
    'about',
    'signal',
  ] as const) {
    if (config.meta?.[word] === undefined) continue;
    const who =
      kind === 'after' ? 'The clock takes this transition' : 'This transition is taken by itself';
    report(
      `${pointer}/meta/${word}`,
      'not-for-people',
      `${who}, so ${quoted(word)} has no use.`,
      `Take "${word}" out, or move the transition to "on".`,
    );
  }
}

function checkPerson(
  { config, pointer, kind }: Transition,
  context: LintContext,
  report: Report,
): void {
  const { meta } = config;
  if (!meta || kind !== 'on' || meta.label === undefined) return;
  if (meta.grave === true && meta.confirm === undefined) {
    report(
      `${pointer}/meta`,
      'grave-without-confirm',
      `${quoted(meta.label)} cannot easily be undone, but nothing is asked before it is done.`,
      'Add "confirm": one sentence that says what will happen.',
    );
  }
  if (
    meta.eachParty === true &&
    !Object.hasOwn(context.definition.data.properties ?? {}, 'parties')
  ) {
    report(
      `${pointer}/meta/eachParty`,
      'no-parties',
      'Each party is to take this, but the data have no "parties".',
      'Add "parties" to the data: a list of the organisations.',
    );
  }
  checkAbout(config, pointer, context, report);
  if (meta.decides !== undefined && !context.documents.has(meta.decides)) {
    report(
      `${pointer}/meta/decides`,
      'unknown-document',
      `No effect of this workflow makes the document ${quoted(meta.decides)}.`,
      `${didYouMean(meta.decides, context.documents)}Add a "document" effect of this name. Made here are: ${listed(context.documents)}.`,
    );
  }
}

function checkAbout(
  { meta }: Transition['config'],
  pointer: string,
  { definition }: LintContext,
  report: Report,
): void {
  const known = Object.keys(definition.data.properties ?? {});
  for (const [index, field] of (meta?.about ?? []).entries()) {
    if (known.includes(field)) continue;
    report(
      `${pointer}/meta/about/${index}`,
      'unknown-field',
      `The data have no field ${quoted(field)} to show.`,
      `${didYouMean(field, known)}Name fields of "data" that hold what is decided on.`,
    );
  }
}

/** The first that a gate lets through is taken; one without a gate hides all after it. */
function checkToldApart(group: readonly Transition[], report: Report): void {
  const what = (one: Transition): string =>
    one.kind === 'on' || one.kind === 'after' ? quoted(one.name) : `"${one.kind}"`;
  const gates = new Set<string>();
  let open = false;
  for (const transition of group) {
    const gate = transition.config.guard && JSON.stringify(transition.config.guard);
    if (open || (gate !== undefined && gates.has(gate))) {
      report(
        transition.pointer,
        'never-told-apart',
        `This transition on ${what(transition)} is never taken: one before it always is.`,
        'Give the ones before it a "guard" of their own, or take this one out.',
      );
    }
    if (gate === undefined) open = true;
    else gates.add(gate);
  }
}

/** A blocked event is offered to the states around; so one event is handled at one level only. */
function checkLevels(states: readonly StateNode[], report: Report): void {
  for (const state of states) {
    const around = ancestorsOf(state);
    for (const name of Object.keys(state.config.on ?? {})) {
      const other = around.find((one) => Object.hasOwn(one.config.on ?? {}, name));
      if (!other) continue;
      const where = other.parent ? `in ${quoted(titleOf(other))} around it` : 'on the machine';
      report(
        `${state.pointer}/on/${name}`,
        'event-on-two-levels',
        `${quoted(name)} is handled here and ${where}; when the gate here is shut, the other would take it.`,
        'Handle the event at one level only, or use two events.',
      );
    }
  }
}
