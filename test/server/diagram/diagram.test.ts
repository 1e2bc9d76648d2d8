import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { WorkflowDefinition } from '../../../engine/definition.ts';
import { stateTree } from '../../../engine/state-tree.ts';
import { diagramMermaid } from '../../../server/diagram/diagram-mermaid.ts';
import { diagramSvg } from '../../../server/diagram/diagram-svg.ts';
import { layoutDiagram } from '../../../server/diagram/layout-diagram.ts';
import { workflowGraph } from '../../../server/diagram/workflow-graph.ts';
import { sampleWorkflow } from '../../support/sample-workflow.ts';

const folder = new URL('../../../workflows/', import.meta.url);
const definitions = [
  sampleWorkflow(),
  ...readdirSync(folder)
    .filter((name) => /^[a-z0-9-]+\.json$/u.test(name))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as WorkflowDefinition),
].map((definition) => [definition.id, definition] as const);

const HOSTILE = `<script>alert(1)</script> & "quotes" 'x' \u0007 --> [*] ; %% state { } : #35; \n end`;

describe.each(definitions)('the diagram of %s', (_, definition) => {
  const graph = workflowGraph(definition);

  it('shows every state by its title, and says the same in words', async () => {
    const svg = await diagramSvg(graph);
    const shown = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/gu)]
      .map(([, line]) => line)
      .join(' ');
    const said = /<desc[^>]*>([^<]*)<\/desc>/u.exec(svg)?.[1] ?? '';
    const { states } = stateTree(definition);
    for (const { config, kind, parent } of states) {
      const title = config.meta?.title?.replaceAll("'", '&#39;');
      if (!parent || kind === 'history' || title === undefined) continue;
      for (const word of title.split(' ')) expect(shown).toContain(word);
    }
    expect(said).toContain('It begins with “');
  });

  it('is well-formed SVG that a strict content security policy lets through', async () => {
    const svg = await diagramSvg(graph);
    expect(unclosed(svg)).toEqual([]);
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="(\S+) (\S+)"/u);
    expect(svg).not.toMatch(
      /style=|<style|<script|<image|<foreignObject|\son\w+=|href|url\((?!#)/iu,
    );
    const sizes = [...svg.matchAll(/font-size="([\d.]+)"/gu)].map(([, size]) => Number(size));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12);
  });

  it('is the same every time', async () => {
    expect(await diagramSvg(graph)).toBe(await diagramSvg(workflowGraph(definition)));
  });

  it('keeps its boxes apart, inside their groups, and its titles inside its boxes', async () => {
    const { nodes, width, height } = await layoutDiagram(graph);
    const placed = new Map(nodes.map((one) => [one.node.id, one]));
    for (const one of nodes) {
      expect(one.x).toBeGreaterThanOrEqual(0);
      expect(one.x + one.width).toBeLessThanOrEqual(width);
      expect(one.y + one.height).toBeLessThanOrEqual(height);
      for (const line of one.lines) expect(line.length * 7.6).toBeLessThanOrEqual(one.width);
      const children = one.node.children.flatMap(({ id }) => placed.get(id) ?? []);
      for (const child of children) {
        expect(child.y).toBeGreaterThan(one.y + one.lines.length * 19);
        expect(child.x + child.width).toBeLessThanOrEqual(one.x + one.width);
        for (const other of children)
          if (other !== child) expect(overlap(child, other)).toBe(false);
      }
    }
  });

  it('draws every arrow from the edge of one box to the edge of another', async () => {
    const { nodes, edges } = await layoutDiagram(graph);
    expect(edges).toHaveLength(graph.edges.length);
    const placed = new Map(nodes.map((one) => [one.node.id, one]));
    for (const { edge, points } of edges) {
      for (const [end, point] of [
        [edge.from, points[0]],
        [edge.to, points.at(-1)],
      ] as const) {
        const box = placed.get(end);
        expect(box && point && touches(box, point), `${edge.from} ${edge.to}`).toBe(true);
      }
    }
  });

  it('can be written for Mermaid, a statement a line', () => {
    const [first, ...lines] = diagramMermaid(definition).trimEnd().split('\n');
    expect(first).toBe('stateDiagram-v2');
    for (const line of lines) {
      expect(line).toMatch(
        /^\s+(state "[^"{}:]*" as n\d+( \{)?|\}|--|(\[\*\]|n\d+|anywhere) --> (\[\*\]|n\d+)( : [^:{}"<>]+)?|state "At any time" as anywhere)$/u,
      );
    }
    expect(lines.filter((line) => line.endsWith('{'))).toHaveLength(
      lines.filter((line) => line.trim() === '}').length,
    );
  });
});

describe('a diagram', () => {
  it('shows where an instance stands, in colour and in words', async () => {
    const graph = workflowGraph(sampleWorkflow(), { current: ['deciding.signing'] });
    const svg = await diagramSvg(graph);
    expect(svg).toContain('(it stands here)');
    expect(svg).toContain('It stands at: Waiting for signatures.');
    expect(svg.match(/fill="#1d70b8"/gu)).toHaveLength(1);
    const mermaid = diagramMermaid(sampleWorkflow(), { current: ['deciding.signing'] });
    expect(mermaid).toContain('\n  class n4 current\n');
  });

  it('takes any title and label for words, never for markup', async () => {
    const hostile = JSON.parse(
      JSON.stringify(sampleWorkflow()).replaceAll(
        /"(Waiting for answers|Withdraw the question|Question to the partners)"/gu,
        () => JSON.stringify(HOSTILE),
      ),
    ) as WorkflowDefinition;
    const svg = await diagramSvg(workflowGraph(hostile));
    expect(unclosed(svg)).toEqual([]);
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0007');
    const mermaid = diagramMermaid(hostile);
    expect(mermaid.split('\n')).toHaveLength(diagramMermaid(sampleWorkflow()).split('\n').length);
    expect(mermaid).toContain('#60;script#62;');
    expect(mermaid).not.toContain('\u0007');
    expect(mermaid).not.toContain('%%');
  });

  it('of a workflow nobody could read is refused in words', async () => {
    const states = Object.fromEntries(
      Array.from({ length: 450 }, (_, n) => [`s${n}`, { meta: { title: `State ${n}` } }]),
    );
    const definition = { ...sampleWorkflow(), machine: { initial: 's0', states } };
    await expect(diagramSvg(workflowGraph(definition))).rejects.toMatchObject({
      code: 'too-large',
    });
  });
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function touches(box: Box, { x, y }: { x: number; y: number }): boolean {
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1.5;
  const across = x >= box.x - 1.5 && x <= box.x + box.width + 1.5;
  const along = y >= box.y - 1.5 && y <= box.y + box.height + 1.5;
  const onSide = near(x, box.x) || near(x, box.x + box.width);
  const onTop = near(y, box.y) || near(y, box.y + box.height);
  return (across && onTop) || (along && onSide);
}

/** What is wrong with the tags of an XML text: left open, closed twice, or a bare "<" or "&". */
function unclosed(xml: string): readonly string[] {
  const wrong: string[] = [];
  const open: string[] = [];
  const rest = xml.replaceAll(
    /<(\/?)([a-z]+)((?:\s[a-zA-Z:-]+="[^"<]*")*)(\/?)>/gu,
    (tag, close, name, _, empty) => {
      if (close === '/') {
        if (open.pop() !== name) wrong.push(tag);
      } else if (empty !== '/') open.push(String(name));
      return '';
    },
  );
  if (/[<>]|&(?!(amp|lt|gt|quot|#39);)/u.test(rest)) wrong.push('a bare mark');
  return [...wrong, ...open];
}
