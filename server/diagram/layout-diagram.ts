import type { ELK, ElkExtendedEdge, ElkLabel, ElkNode } from 'elkjs/lib/elk-api.js';
import { ConcordatError } from '../../engine/errors.ts';
import type { GraphEdge, GraphNode, WorkflowGraph } from './workflow-graph.ts';
import { wrapText } from './wrap-text.ts';

/** Letters are taken to be as wide as the widest usual fonts draw them, so that text never overflows. */
export const NODE_TEXT = { size: 14, width: 7.6, line: 19, most: 24 } as const;
export const EDGE_TEXT = { size: 12, width: 6.6, line: 16, most: 26 } as const;

/** An arrow with more labels than this says how many more there are. */
const MOST_LABELS = 3;

/** Beyond this a picture helps nobody, and laying it out would keep the server from its work. */
const MOST_NODES = 400;
const MOST_EDGES = 800;

export interface PlacedNode {
  readonly node: GraphNode;
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly label: {
    readonly x: number;
    readonly y: number;
    readonly lines: readonly string[];
  } | null;
}

export interface PlacedDiagram {
  readonly width: number;
  readonly height: number;
  /** Groups before what lies inside them. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

let engine: Promise<ELK> | undefined;

/**
 * Lays a graph out from top to bottom, arrows at right angles. The layout engine is large, so it is
 * loaded when the first diagram is asked for. Throws `too-large` for a graph nobody could read.
 */
export async function layoutDiagram(graph: WorkflowGraph): Promise<PlacedDiagram> {
  const byId = new Map<string, GraphNode>();
  const collect = (node: GraphNode): void => {
    byId.set(node.id, node);
    node.children.forEach(collect);
  };
  graph.nodes.forEach(collect);
  if (byId.size > MOST_NODES || graph.edges.length > MOST_EDGES) {
    throw new ConcordatError('too-large', `a diagram of ${byId.size} states`, {
      userMessage:
        'This workflow has too many states for one picture. Read its description instead.',
    });
  }
  engine ??= import('elkjs/lib/elk.bundled.js').then(
    // CommonJS: the class is the default of the default.
    ({ default: loaded }) => new (loaded as unknown as new () => ELK)(),
  );
  const drawing: ElkNode = {
    id: 'root',
    layoutOptions: OPTIONS,
    children: graph.nodes.map(toElk),
    edges: graph.edges.map(edgeToElk),
  };
  const placed: ElkNode = await (await engine).layout(drawing);
  const nodes: PlacedNode[] = [];
  const read = (elk: ElkNode): void => {
    const node = byId.get(elk.id);
    if (node) {
      const { x = 0, y = 0, width = 0, height = 0 } = elk;
      nodes.push({ node, lines: linesOf(node), x, y, width, height });
    }
    elk.children?.forEach(read);
  };
  placed.children?.forEach(read);
  const edges = new Map(graph.edges.map((edge) => [edge.id, edge]));
  return {
    width: Math.ceil(placed.width ?? 0),
    height: Math.ceil(placed.height ?? 0),
    nodes,
    edges: (placed.edges ?? []).flatMap((elk) => {
      const edge = edges.get(elk.id);
      return edge ? [readEdge(elk, edge)] : [];
    }),
  };
}

const OPTIONS = {
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  // All coordinates from the top left corner of the picture.
  'org.eclipse.elk.json.shapeCoords': 'ROOT',
  'org.eclipse.elk.json.edgeCoords': 'ROOT',
  'elk.padding': '[top=16,left=16,bottom=16,right=16]',
  'elk.spacing.nodeNode': '32',
  'elk.spacing.edgeNode': '20',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '36',
  'elk.layered.spacing.edgeNodeBetweenLayers': '20',
  'elk.randomSeed': '1',
};

function toElk(node: GraphNode): ElkNode {
  const lines = linesOf(node);
  const longest = Math.max(0, ...lines.map(({ length }) => length));
  if (node.kind === 'begin') return { id: node.id, width: 14, height: 14 };
  const width = Math.max(72, Math.ceil(longest * NODE_TEXT.width) + 28);
  const textHeight = lines.length * NODE_TEXT.line;
  if (node.children.length === 0) return { id: node.id, width, height: textHeight + 22 };
  return {
    id: node.id,
    children: node.children.map(toElk),
    layoutOptions: {
      'elk.padding': `[top=${textHeight + 22},left=16,bottom=16,right=16]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${textHeight + 40})`,
    },
  };
}

function linesOf(node: GraphNode): readonly string[] {
  if (node.kind === 'begin') return [];
  const title = node.kind === 'history' ? 'Where it was before' : node.title;
  const lines = wrapText(title, NODE_TEXT.most);
  return node.current ? [...lines, '(it stands here)'] : lines;
}

function edgeToElk(edge: GraphEdge): ElkExtendedEdge {
  const lines = labelLines(edge);
  const longest = Math.max(0, ...lines.map(({ length }) => length));
  const label: ElkLabel = {
    text: lines.join('\n'),
    width: Math.ceil(longest * EDGE_TEXT.width) + 4,
    height: lines.length * EDGE_TEXT.line,
  };
  const [from, to] = leadsBack(edge) ? [edge.to, edge.from] : [edge.from, edge.to];
  return {
    id: edge.id,
    sources: [from],
    targets: [to],
    ...(lines.length === 0 ? {} : { labels: [label] }),
  };
}

/**
 * Arrows to an earlier state are laid out the other way round and turned when drawn: so the picture
 * runs from top to bottom in the author's order, and the layout engine has no circles to break.
 */
function leadsBack({ from, to }: GraphEdge): boolean {
  const order = (id: string): number => (id.startsWith('n') ? Number(id.slice(1)) : -1);
  return order(from) >= 0 && order(to) < order(from);
}

function labelLines({ labels }: GraphEdge): readonly string[] {
  const shown = labels.length > MOST_LABELS + 1 ? labels.slice(0, MOST_LABELS) : labels;
  const lines = shown.flatMap((label) => wrapText(label, EDGE_TEXT.most));
  const hidden = labels.length - shown.length;
  return hidden > 0 ? [...lines, `and ${hidden} more ways`] : lines;
}

function readEdge(elk: ElkExtendedEdge, edge: GraphEdge): PlacedEdge {
  const points = (elk.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) =>
    [startPoint, ...bendPoints, endPoint].map(({ x, y }) => ({ x, y })),
  );
  const [label] = elk.labels ?? [];
  return {
    edge,
    points: leadsBack(edge) ? points.toReversed() : points,
    label: label ? { x: label.x ?? 0, y: label.y ?? 0, lines: labelLines(edge) } : null,
  };
}
