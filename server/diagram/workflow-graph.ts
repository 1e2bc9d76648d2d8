import type { WorkflowDefinition } from '../../engine/definition.ts';
import { type StateNode, stateTree, titleOf, type Transition } from '../../engine/state-tree.ts';

/** A workflow as boxes and arrows, in the words of its readers. */
export interface WorkflowGraph {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly id: string;
  readonly title: string;
  readonly kind: 'place' | 'group' | 'parallel' | 'end' | 'begin' | 'history';
  readonly outcome: 'good' | 'neutral' | 'bad' | null;
  /** The instance stands here. */
  readonly current: boolean;
  readonly children: readonly GraphNode[];
}

/** All transitions between the same two states are one arrow with several labels. */
export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly labels: readonly string[];
}

/** The graph of a definition; `current` are the dotted paths of the states where an instance stands. */
export function workflowGraph(
  definition: WorkflowDefinition,
  options: { readonly current?: readonly string[] } = {},
): WorkflowGraph {
  const tree = stateTree(definition);
  const ids = new Map(tree.states.map((state, index) => [state, `n${index}`]));
  const idOf = (state: StateNode): string => ids.get(state) ?? '';
  const current = new Set(options.current ?? []);
  const edges = new Map<string, { from: string; to: string; labels: string[] }>();
  const connect = (from: string, to: string, label: string): void => {
    const key = `${from} ${to}`;
    const edge = edges.get(key) ?? { from, to, labels: [] };
    if (label !== '' && !edge.labels.includes(label)) edge.labels.push(label);
    edges.set(key, edge);
  };
  const toNode = (state: StateNode): GraphNode => {
    const children = state.children.map(toNode);
    const first = state.children.find(({ key }) => key === state.config.initial);
    const begins = state.kind === 'compound' && first !== undefined;
    if (begins) connect(`b${idOf(state)}`, idOf(first), '');
    return {
      id: idOf(state),
      title: titleOf(state),
      kind: kindOf(state),
      outcome: state.config.meta?.outcome ?? null,
      current: current.has(state.path.join('.')),
      children: begins ? [beginOf(idOf(state)), ...children] : children,
    };
  };
  const root = toNode(tree.root);
  for (const transition of tree.transitions) {
    const { source, target } = transition;
    if (!target || !source.parent) continue;
    connect(idOf(source), idOf(target), labelOf(transition, definition));
  }
  // What can happen anywhere is an arrow from everywhere; one place stands for it.
  const anywhere = tree.transitions.filter(({ source, target }) => !source.parent && target);
  for (const transition of anywhere) {
    if (transition.target)
      connect('anywhere', idOf(transition.target), labelOf(transition, definition));
  }
  return {
    id: definition.id,
    title: definition.title,
    nodes: [...root.children, ...(anywhere.length > 0 ? [ANYWHERE] : [])],
    edges: Array.from(edges.values(), (edge, index) => ({ id: `e${index}`, ...edge })),
  };
}

const ANYWHERE: GraphNode = {
  id: 'anywhere',
  title: 'At any time',
  kind: 'place',
  outcome: null,
  current: false,
  children: [],
};

function beginOf(group: string): GraphNode {
  return { id: `b${group}`, title: '', kind: 'begin', outcome: null, current: false, children: [] };
}

function kindOf(state: StateNode): GraphNode['kind'] {
  switch (state.kind) {
    case 'final':
      return 'end';
    case 'compound':
      return 'group';
    case 'parallel':
      return 'parallel';
    case 'history':
      return 'history';
    default:
      return 'place';
  }
}

/** The button, the deadline, or how it comes by itself. */
function labelOf({ kind, name, config }: Transition, definition: WorkflowDefinition): string {
  if (config.meta?.label !== undefined) return config.meta.label;
  if (kind === 'after') return `Time: ${definition.deadlines?.[name]?.title ?? name}`;
  if (kind === 'onDone') return 'When all is done';
  if (kind === 'always') return 'By itself';
  if (name.startsWith('effect.document.')) return 'Document ready';
  if (name.startsWith('effect.start.')) return 'Begun';
  return config.meta?.signal === undefined ? '' : 'Told by another record';
}
