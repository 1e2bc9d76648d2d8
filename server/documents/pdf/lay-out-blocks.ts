import type { Block, Inline, NumberedClauses } from '../document-tree.ts';
import { breakLines } from './break-lines.ts';
import { layOutDefinitions, layOutTable } from './lay-out-table.ts';
import type { TextMeasure } from './measure-text.ts';
import type { PageBox, Piece, StructureNode } from './page-box.ts';
import {
  BULLET_GUTTER,
  COLOUR,
  LETTER_GUTTER,
  LINE_HEIGHT,
  NUMBER_GUTTER,
  SIZE,
} from './page-style.ts';

export interface BlockPlace {
  readonly x: number;
  readonly width: number;
  readonly parent: StructureNode;
}

export interface TextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly gap: number;
  readonly lineHeight?: number;
}

const BODY: TextStyle = { size: SIZE.body, gap: 6 };

/** Lays blocks out as lines and rows, one under the other, in their reading order. */
export function layOutBlocks(
  blocks: readonly Block[],
  measure: TextMeasure,
  place: BlockPlace,
): PageBox[] {
  const boxes: PageBox[] = [];
  let newPage = false;
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'page-break') {
      newPage = true;
      continue;
    }
    const [first, ...rest] = layOutBlock(block, measure, place);
    if (first === undefined) continue;
    holdIntroduction(boxes, blocks[index - 1], block);
    const isAfterTable = boxes.length > 0 && TABLES.has(blocks[index - 1]?.type);
    const gap = isAfterTable ? Math.max(first.gap, 11) : first.gap;
    boxes.push({ ...first, gap, ...(newPage && { newPage }) }, ...rest);
    newPage = false;
  }
  return boxes;
}

const TABLES: ReadonlySet<string | undefined> = new Set(['table', 'definitions']);
const LISTS: ReadonlySet<string | undefined> = new Set(['list', 'numbered', ...TABLES]);

/** The sentence that leads up to a list or a table does not end a page. */
function holdIntroduction(boxes: PageBox[], before: Block | undefined, block: Block): void {
  const leads =
    (before?.type === 'paragraph' && LISTS.has(block.type)) ||
    (before?.type === 'numbered' && TABLES.has(block.type));
  const last = boxes.at(-1);
  if (leads && last !== undefined) boxes[boxes.length - 1] = { ...last, keepWithNext: true };
}

function layOutBlock(
  block: Exclude<Block, { type: 'page-break' }>,
  measure: TextMeasure,
  place: BlockPlace,
): PageBox[] {
  switch (block.type) {
    case 'heading': {
      const node: StructureNode = { type: `H${block.level}`, parent: place.parent };
      const style = { size: SIZE.heading, bold: true, gap: 14 };
      return layOutText(block.inlines, measure, { ...place, node }, style).map((box) => {
        return { ...box, keepWithNext: true };
      });
    }
    case 'paragraph':
      return layOutText(
        block.inlines,
        measure,
        { ...place, node: { type: 'P', parent: place.parent } },
        BODY,
      );
    case 'numbered':
      return layOutNumbered(block, measure, place);
    case 'list':
      return layOutList(
        block.items.map((blocks, index) => {
          return { label: block.ordered ? `${index + 1}.` : '•', blocks };
        }),
        {
          gutter: BULLET_GUTTER + (block.ordered ? 6 : 0),
          numbering: block.ordered ? 'Decimal' : 'Disc',
        },
        measure,
        place,
      );
    case 'table':
      return layOutTable(block, measure, place);
    case 'definitions':
      return layOutDefinitions(block, measure, place);
    case 'signature':
      return layOutBlocks(block.blocks, measure, place).map((box, index, all) => {
        const gap = index === 0 ? 22 : box.gap;
        return { ...box, gap, keepWithNext: index < all.length - 1 };
      });
    default:
      return layOutNote(block.blocks, measure, place);
  }
}

/** Lines of a paragraph or heading; at least two of them stay together at either end. */
export function layOutText(
  inlines: readonly Inline[],
  measure: TextMeasure,
  place: { readonly x: number; readonly width: number; readonly node: StructureNode },
  style: TextStyle,
): PageBox[] {
  const { size, bold = false, colour = COLOUR.ink } = style;
  const lines = breakLines(inlines, measure, { size, bold, width: place.width });
  return lines.map((line, index) => {
    const isHeld = lines.length > 1 && (index === 0 || index === lines.length - 2);
    return {
      height: size * (style.lineHeight ?? LINE_HEIGHT),
      gap: index === 0 ? style.gap : 0,
      pieces: [{ node: place.node, x: place.x, dy: 0, size, colour, line }],
      ...(isHeld && { keepWithNext: true }),
    };
  });
}

function layOutNumbered(
  block: NumberedClauses,
  measure: TextMeasure,
  place: BlockPlace,
): PageBox[] {
  const first = block.items[0]?.number ?? '';
  const isFirstLevel = first.includes('.');
  const letters = first === '(i)' ? ('LowerRoman' as const) : ('LowerAlpha' as const);
  const items = block.items.map((item) => {
    return { label: item.number, blocks: item.blocks, anchor: item.id };
  });
  const list = {
    gutter: isFirstLevel ? NUMBER_GUTTER : LETTER_GUTTER,
    numbering: isFirstLevel ? ('Decimal' as const) : letters,
  };
  return layOutList(items, list, measure, place);
}

interface ListItem {
  readonly label: string;
  readonly blocks: readonly Block[];
  readonly anchor?: string;
}

function layOutList(
  items: readonly ListItem[],
  list: { gutter: number; numbering: NonNullable<StructureNode['listNumbering']> },
  measure: TextMeasure,
  place: BlockPlace,
): PageBox[] {
  const node: StructureNode = { type: 'L', parent: place.parent, listNumbering: list.numbering };
  return items.flatMap((item) => {
    const itemNode: StructureNode = { type: 'LI', parent: node };
    const body: StructureNode = { type: 'LBody', parent: itemNode };
    const inside = { x: place.x + list.gutter, width: place.width - list.gutter, parent: body };
    const [first = emptyBox(body, inside.x), ...rest] = layOutBlocks(item.blocks, measure, inside);
    const size = first.pieces[0]?.size ?? SIZE.body;
    const label: Piece = {
      node: { type: 'Lbl', parent: itemNode },
      x: place.x,
      dy: first.pieces[0]?.dy ?? 0,
      size,
      colour: COLOUR.ink,
      line: oneLine(`${item.label} `, measure, size),
    };
    const gap = list.numbering === 'Disc' ? 3 : first.gap;
    const anchors = [...(item.anchor === undefined ? [] : [item.anchor]), ...(first.anchors ?? [])];
    return [{ ...first, gap, pieces: [label, ...first.pieces], anchors }, ...rest];
  });
}

/** Text that is known to fit. */
export function oneLine(
  text: string,
  measure: TextMeasure,
  size: number,
): NonNullable<Piece['line']> {
  const [line] = breakLines([{ type: 'text', text }], measure, { size, width: Infinity });
  return line ?? { fragments: [], width: 0 };
}

function emptyBox(node: StructureNode, x: number): PageBox {
  const piece: Piece = { node, x, dy: 0, size: SIZE.body, colour: COLOUR.ink };
  return { height: SIZE.body * LINE_HEIGHT, gap: BODY.gap, pieces: [piece] };
}

/** Set in, with a bar at its side. */
function layOutNote(blocks: readonly Block[], measure: TextMeasure, place: BlockPlace): PageBox[] {
  const indent = 14;
  const inside = { x: place.x + indent, width: place.width - indent, parent: place.parent };
  const boxes = layOutBlocks(blocks, measure, inside);
  return boxes.map((box, index) => {
    const above = index === 0 ? 0 : box.gap;
    const bar = {
      x: place.x,
      dy: -above,
      width: 3,
      height: box.height + above,
      colour: COLOUR.rule,
    };
    return {
      ...box,
      gap: index === 0 ? 12 : box.gap,
      decorations: [bar, ...(box.decorations ?? [])],
    };
  });
}
