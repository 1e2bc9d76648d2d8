import {
  type ActionConfig,
  listOf,
  type MachineConfig,
  type OneOrMore,
  type TransitionConfig,
  type WorkflowDefinition,
} from './definition.ts';

/** A state of the machine with its place in the tree; the machine itself is the root. */
export interface StateNode {
  readonly key: string;
  /** Keys from the root down; empty for the root. */
  readonly path: readonly string[];
  /** JSON pointer into the definition. */
  readonly pointer: string;
  readonly config: MachineConfig;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  readonly parent: StateNode | null;
  readonly children: StateNode[];
}

type TransitionKind = 'on' | 'after' | 'always' | 'onDone';

export interface Transition {
  readonly source: StateNode;
  readonly kind: TransitionKind;
  /** The event, or the deadline; empty for `always` and `onDone`. */
  readonly name: string;
  /** Its place among those on the same event, which are tried in order. */
  readonly index: number;
  readonly pointer: string;
  readonly config: TransitionConfig;
  /** Where it goes: null stays where it is, undefined cannot be found. */
  readonly target: StateNode | null | undefined;
}

/** One effect where it stands. */
export interface ActionSite {
  readonly action: ActionConfig;
  readonly pointer: string;
  readonly state: StateNode;
  /** Null on entry and exit. */
  readonly transition: Transition | null;
  /** The effects of the same list, in order. */
  readonly siblings: readonly ActionConfig[];
}

export interface StateTree {
  readonly root: StateNode;
  /** All states, the root first, parents before their children. */
  readonly states: readonly StateNode[];
  readonly transitions: readonly Transition[];
  readonly actions: readonly ActionSite[];
}

/** Reads the machine of a definition that has the form of the published schema. */
export function stateTree(definition: WorkflowDefinition): StateTree {
  const states: StateNode[] = [];
  const root = readNode(definition.machine, definition.id, [], '/machine', null, states);
  const ids = new Map<string, StateNode>([[definition.id, root]]);
  for (const state of states) {
    if (state.config.id !== undefined && !ids.has(state.config.id)) ids.set(state.config.id, state);
  }
  const transitions = states.flatMap((state) => readTransitions(state, ids));
  const actions = [
    ...transitions.flatMap((transition) =>
      readActions(
        transition.config.actions,
        `${transition.pointer}/actions`,
        transition.source,
        transition,
      ),
    ),
    ...states.flatMap((state) => [
      ...readActions(state.config.entry, `${state.pointer}/entry`, state, null),
      ...readActions(state.config.exit, `${state.pointer}/exit`, state, null),
    ]),
  ];
  return { root, states, transitions, actions };
}

/** The state's ancestors, nearest first, the root last. */
export function ancestorsOf(state: StateNode): readonly StateNode[] {
  const all: StateNode[] = [];
  for (let node = state.parent; node; node = node.parent) all.push(node);
  return all;
}

export function isWithin(state: StateNode, ancestor: StateNode): boolean {
  return state === ancestor || ancestorsOf(state).includes(ancestor);
}

/**
 * All states that are entered, or stay active, when a transition goes to `target`: the state, its
 * ancestors, the first states inside, and the other regions of parallel states around it.
 */
export function enteredWith(target: StateNode): ReadonlySet<StateNode> {
  const entered = new Set<StateNode>();
  const enterDown = (state: StateNode): void => {
    if (entered.has(state)) return;
    entered.add(state);
    for (const child of firstInside(state)) enterDown(child);
  };
  enterDown(target);
  for (let node = target; node.parent; node = node.parent) {
    entered.add(node.parent);
    if (node.parent.kind === 'parallel')
      for (const region of node.parent.children) enterDown(region);
  }
  return entered;
}

/** The states that become active inside a state when nothing says otherwise. */
function firstInside(state: StateNode): readonly StateNode[] {
  if (state.kind === 'parallel') return state.children.filter((child) => child.kind !== 'history');
  if (state.kind === 'compound') {
    return state.children.filter((child) => child.key === state.config.initial);
  }
  if (state.kind !== 'history' || !state.parent) return [];
  // Before its parent was ever left, a history state stands for its target, or for the first states.
  const { target } = state.config;
  const own = target === undefined ? undefined : stateAt(state.parent, target.split('.'));
  return own && own !== state ? [own] : firstInside(state.parent);
}

/** What people call the state: its title, or those of the nearest that has one. */
export function titleOf(state: StateNode): string {
  return state.config.meta?.title ?? state.key;
}

function readNode(
  config: MachineConfig,
  key: string,
  path: readonly string[],
  pointer: string,
  parent: StateNode | null,
  states: StateNode[],
): StateNode {
  const node: StateNode = {
    key,
    path,
    pointer,
    config,
    kind: kindOf(config),
    parent,
    children: [],
  };
  states.push(node);
  for (const [name, child] of Object.entries(config.states ?? {})) {
    // Keys of states hold neither "/" nor "~", so the pointer needs no escaping.
    const at = `${pointer}/states/${name}`;
    node.children.push(readNode(child, name, [...path, name], at, node, states));
  }
  return node;
}

function kindOf(config: MachineConfig): StateNode['kind'] {
  if (config.type !== undefined) return config.type;
  if (config.history !== undefined) return 'history';
  return Object.keys(config.states ?? {}).length > 0 ? 'compound' : 'atomic';
}

function readTransitions(
  source: StateNode,
  ids: ReadonlyMap<string, StateNode>,
): readonly Transition[] {
  const { on, after, always, onDone } = source.config;
  const read = (
    kind: TransitionKind,
    name: string,
    pointer: string,
    list: OneOrMore<TransitionConfig> | undefined,
  ): Transition[] =>
    listOf(list).map((config, index) => ({
      source,
      kind,
      name,
      index,
      pointer: Array.isArray(list) ? `${pointer}/${index}` : pointer,
      config,
      target: config.target === undefined ? null : targetOf(source, config.target, ids),
    }));
  return [
    ...Object.entries(on ?? {}).flatMap(([name, list]) =>
      read('on', name, `${source.pointer}/on/${name}`, list),
    ),
    ...Object.entries(after ?? {}).flatMap(([name, list]) =>
      read('after', name, `${source.pointer}/after/${name}`, list),
    ),
    ...read('always', '', `${source.pointer}/always`, always),
    ...read('onDone', '', `${source.pointer}/onDone`, onDone),
  ];
}

/** Finds a target as XState does: "#id.child", ".child" of this state, or a neighbour's key. */
function targetOf(
  source: StateNode,
  target: string,
  ids: ReadonlyMap<string, StateNode>,
): StateNode | undefined {
  const [first = '', ...rest] = target.split('.');
  if (first.startsWith('#')) {
    const found = ids.get(first.slice(1));
    return found && stateAt(found, rest);
  }
  if (first === '') return stateAt(source, rest);
  return source.parent ? stateAt(source.parent, [first, ...rest]) : undefined;
}

function stateAt(from: StateNode, keys: readonly string[]): StateNode | undefined {
  let node: StateNode | undefined = from;
  for (const key of keys) node = node?.children.find((child) => child.key === key);
  return node;
}

function readActions(
  list: OneOrMore<ActionConfig> | undefined,
  pointer: string,
  state: StateNode,
  transition: Transition | null,
): readonly ActionSite[] {
  const siblings = listOf(list);
  return siblings.map((action, index) => ({
    action,
    pointer: Array.isArray(list) ? `${pointer}/${index}` : pointer,
    state,
    transition,
    siblings,
  }));
}
