import type { WorkflowDefinition } from '../../engine/definition.ts';
import { type GraphNode, workflowGraph } from './workflow-graph.ts';

/**
 * The diagram as Mermaid text (stateDiagram-v2), for a wiki or a README. Titles and labels are
 * written so that nothing in them can be taken for Mermaid's own syntax.
 */
export function diagramMermaid(
  definition: WorkflowDefinition,
  options: { readonly current?: readonly string[] } = {},
): string {
  const graph = workflowGraph(definition, options);
  const begins = new Map(
    graph.edges.flatMap(({ from, to }) => (from.startsWith('b') ? [[from, to] as const] : [])),
  );
  const lines = ['stateDiagram-v2'];
  const current: string[] = [];
  const write = (node: GraphNode, indent: string): void => {
    if (node.kind === 'begin') {
      lines.push(`${indent}[*] --> ${begins.get(node.id) ?? ''}`);
      return;
    }
    const title = node.kind === 'history' ? 'Where it was before' : node.title;
    if (node.current) current.push(node.id);
    const named = `${indent}state "${safe(title)}" as ${node.id}`;
    if (node.children.length === 0) {
      lines.push(named);
      if (node.kind === 'end') lines.push(`${indent}${node.id} --> [*]`);
      return;
    }
    lines.push(`${named} {`);
    for (const [index, child] of node.children.entries()) {
      if (node.kind === 'parallel' && index > 0) lines.push(`${indent}  --`);
      write(child, `${indent}  `);
    }
    lines.push(`${indent}}`);
  };
  const root = begins.get('bn0');
  if (root !== undefined) lines.push(`  [*] --> ${root}`);
  for (const node of graph.nodes) if (node.id !== 'bn0') write(node, '  ');
  for (const { from, to, labels } of graph.edges) {
    if (from.startsWith('b')) continue;
    lines.push(`  ${from} --> ${to}${labels.length === 0 ? '' : ` : ${safe(labels.join(' / '))}`}`);
  }
  if (current.length > 0) {
    lines.push(
      '  classDef current fill:#1d70b8,color:#ffffff',
      `  class ${current.join(',')} current`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Letters, digits and harmless marks as they are; everything else as a character reference. */
function safe(text: string): string {
  return text
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .replaceAll(/[^\p{L}\p{M}\p{N} ,.'’‘“”()/–—-]/gu, (mark) => `#${mark.codePointAt(0)};`);
}
