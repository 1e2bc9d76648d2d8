import { escapeHtml } from '../documents/escape-html.ts';
import {
  EDGE_TEXT,
  layoutDiagram,
  NODE_TEXT,
  type PlacedEdge,
  type PlacedNode,
} from './layout-diagram.ts';
import type { GraphNode, WorkflowGraph } from './workflow-graph.ts';

const INK = '#0b0c0c';
const LINE = '#505a5f';
const BLUE = '#1d70b8';
const OUTCOME_LINE = { good: '#00703c', neutral: '#505a5f', bad: '#d4351c' } as const;
const FONT = 'Arial, Helvetica, sans-serif';

/**
 * The diagram as SVG: no script, no style, nothing fetched, so that it may stand in a page with a
 * strict content security policy. What it shows is also said in words, for those who cannot see it.
 * Laying it out takes tens of milliseconds; whoever serves it keeps it.
 */
export async function diagramSvg(graph: WorkflowGraph): Promise<string> {
  const { width, height, nodes, edges } = await layoutDiagram(graph);
  const name = `diagram-${graph.id.replaceAll(/[^A-Za-z0-9-]/gu, '-')}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="${name}-title ${name}-desc" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="${NODE_TEXT.size}" fill="${INK}">`,
    `<title id="${name}-title">${text(`Diagram: ${graph.title}`)}</title>`,
    `<desc id="${name}-desc">${text(inWords(graph))}</desc>`,
    `<defs><marker id="${name}-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L10 5L0 10z" fill="${LINE}"/></marker></defs>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...nodes.map(drawNode),
    ...edges.map((edge) => drawLine(edge, name)),
    ...edges.map(drawLabel),
    '</svg>',
  ].join('');
}

function drawNode({ node, lines, x, y, width, height }: PlacedNode): string {
  if (node.kind === 'begin') {
    return `<circle cx="${x + width / 2}" cy="${y + height / 2}" r="6" fill="${INK}"/>`;
  }
  const group = node.children.length > 0;
  const fill = node.current && !group ? BLUE : '#ffffff';
  const stroke = node.outcome ? OUTCOME_LINE[node.outcome] : node.current ? BLUE : LINE;
  const dashes = node.kind === 'parallel' ? ' stroke-dasharray="6 4"' : '';
  const box = (inset: number): string =>
    `<rect x="${x + inset}" y="${y + inset}" width="${width - 2 * inset}" height="${height - 2 * inset}" rx="${node.kind === 'end' ? 14 : 4}" fill="${inset === 0 ? fill : 'none'}" stroke="${stroke}" stroke-width="${node.current ? 3 : 1.5}"${dashes}/>`;
  const weight = group || node.current ? ' font-weight="bold"' : '';
  const colour = node.current && !group ? ' fill="#ffffff"' : '';
  const top = group ? y + 11 : y + (height - lines.length * NODE_TEXT.line) / 2;
  return [
    box(0),
    // An end has two lines around it, as in every state diagram.
    ...(node.kind === 'end' ? [box(4)] : []),
    ...lines.map(
      (line, index) =>
        `<text x="${x + width / 2}" y="${round(top + index * NODE_TEXT.line + 14)}" text-anchor="middle"${weight}${colour}>${text(line)}</text>`,
    ),
  ].join('');
}

function drawLine({ points }: PlacedEdge, name: string): string {
  const path = points
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`)
    .join('');
  return `<path d="${path}" fill="none" stroke="${LINE}" stroke-width="1.5" marker-end="url(#${name}-arrow)"/>`;
}

/** Labels lie over the lines on a ground of their own, so that no arrow strikes them through. */
function drawLabel({ label }: PlacedEdge): string {
  if (!label) return '';
  const longest = Math.max(...label.lines.map(({ length }) => length));
  const width = Math.ceil(longest * EDGE_TEXT.width) + 4;
  const height = label.lines.length * EDGE_TEXT.line;
  return [
    `<rect x="${round(label.x)}" y="${round(label.y)}" width="${width}" height="${height}" fill="#ffffff" fill-opacity="0.9"/>`,
    ...label.lines.map(
      (line, index) =>
        `<text x="${round(label.x + 2)}" y="${round(label.y + index * EDGE_TEXT.line + 12)}" font-size="${EDGE_TEXT.size}">${text(line)}</text>`,
    ),
  ].join('');
}

/** The whole diagram in sentences. */
function inWords({ nodes, edges }: WorkflowGraph): string {
  const titles = new Map<string, string>();
  const standing: string[] = [];
  const visit = (node: GraphNode): void => {
    if (node.kind !== 'begin') titles.set(node.id, node.title);
    if (node.current) standing.push(node.title);
    node.children.forEach(visit);
  };
  nodes.forEach(visit);
  const first = edges.find(({ from }) => from === 'bn0');
  const ways = edges.flatMap(({ from, to, labels }) => {
    const source = titles.get(from);
    const how = labels.length > 0 ? ` (${labels.join('; ')})` : '';
    return source === undefined ? [] : [`From “${source}” to “${titles.get(to) ?? ''}”${how}.`];
  });
  return [
    ...(standing.length > 0 ? [`It stands at: ${standing.join('; ')}.`] : []),
    ...(first ? [`It begins with “${titles.get(first.to) ?? ''}”.`] : []),
    ...ways,
  ].join(' ');
}

/** XML takes no control characters, whatever a definition holds. */
function text(value: string): string {
  return escapeHtml(value.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' '));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
