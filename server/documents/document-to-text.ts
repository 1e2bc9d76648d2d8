import type { Block, Cell, DocumentTree, Section } from './document-tree.ts';
import { plainText, sectionHeading } from './document-tree.ts';

/**
 * The document as plain text, for mail and for the hash that its pages cite. One paragraph a line:
 * lines are not wrapped, so that what a person typed can be found in it as typed.
 */
export function documentToText(tree: DocumentTree): string {
  const parts = [
    `${tree.title}\n${'='.repeat(Math.min(tree.title.length, 72))}`,
    ...tree.front.map((block) => blockText(block, '')),
    ...tree.sections.map(sectionText),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function sectionText(section: Section): string {
  return [sectionHeading(section), blocksText(section.blocks)].filter((t) => t !== '').join('\n\n');
}

/** The words of some blocks, as in `documentToText`. */
export function blocksText(blocks: readonly Block[]): string {
  return blocks
    .map((block) => blockText(block, ''))
    .filter((text) => text !== '')
    .join('\n\n');
}

function blockText(block: Block, indent: string): string {
  switch (block.type) {
    case 'heading':
    case 'paragraph':
      return indentLines(plainText(block.inlines), indent);
    case 'numbered':
      return block.items
        .map((item) => listItem(item.number, item.blocks, indent))
        .join(indent === '' ? '\n\n' : '\n');
    case 'list':
      return block.items
        .map((item, index) => listItem(block.ordered ? `${index + 1}.` : '-', item, indent))
        .join('\n');
    case 'table':
      return [block.head, ...block.rows]
        .map((row) => indentLines(row.map(cellText).join(' | '), indent))
        .join('\n');
    case 'definitions':
      return block.rows
        .map((row) =>
          indentLines(`${cellText(row.term)}: ${cellText(row.value)}`.trimEnd(), indent),
        )
        .join('\n');
    case 'signature':
    case 'note':
      return block.blocks.map((inner) => blockText(inner, indent)).join('\n\n');
    default:
      return ''; // page breaks
  }
}

function listItem(mark: string, blocks: readonly Block[], indent: string): string {
  const inner = `${indent}${' '.repeat(mark.length + 1)}`;
  const text = blocks.map((block) => blockText(block, inner)).join('\n');
  return `${indent}${mark} ${text.slice(inner.length)}`;
}

function indentLines(text: string, indent: string): string {
  return text
    .split('\n')
    .map((line) => indent + line)
    .join('\n');
}

/** A row stands on one line: a break inside a cell becomes a semicolon's pause. */
function cellText(cell: Cell): string {
  return plainText(cell).replaceAll('\n', ' ');
}
