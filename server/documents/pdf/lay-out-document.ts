import { type DocumentTree, type Section, sectionHeading } from '../document-tree.ts';
import { breakLines } from './break-lines.ts';
import { layOutBlocks, layOutText, oneLine } from './lay-out-blocks.ts';
import type { TextMeasure } from './measure-text.ts';
import type { PageBox, StructureNode } from './page-box.ts';
import { COLOUR, LINE_HEIGHT, NUMBER_GUTTER, PAGE, SIZE, TEXT_WIDTH } from './page-style.ts';

/** The whole document as boxes in reading order: title, front, contents, sections. */
export function layOutDocument(
  tree: DocumentTree,
  measure: TextMeasure,
  root: StructureNode,
): PageBox[] {
  const place = { x: PAGE.left, width: TEXT_WIDTH };
  return [
    ...layOutTitle(tree, measure, root),
    ...layOutBlocks(tree.front, measure, { ...place, parent: root }),
    ...(tree.contents ? layOutContents(tree.sections, measure, root) : []),
    ...tree.sections.flatMap((section, index) => {
      const isFirst = index === 0 && tree.contents;
      return layOutSection(section, measure, root, isFirst || section.newPage === true);
    }),
  ];
}

function layOutTitle(tree: DocumentTree, measure: TextMeasure, root: StructureNode): PageBox[] {
  const node: StructureNode = { type: 'H1', parent: root };
  const place = { x: PAGE.left, width: TEXT_WIDTH, node };
  const style = { size: SIZE.title, bold: true, gap: 0, lineHeight: 1.2 };
  const boxes = layOutText([{ type: 'text', text: tree.title }], measure, place, style);
  const last = boxes.length - 1;
  return boxes.map((box, index) => {
    if (index !== last) return { ...box, keepWithNext: true };
    const bar = { x: PAGE.left, dy: box.height + 8, width: 56, height: 4, colour: COLOUR.accent };
    return { ...box, height: box.height + 22, decorations: [bar], keepWithNext: true };
  });
}

function layOutSection(
  section: Section,
  measure: TextMeasure,
  root: StructureNode,
  newPage: boolean,
): PageBox[] {
  const parent: StructureNode = { type: 'Sect', parent: root };
  const node: StructureNode = { type: 'H2', parent };
  const indent = section.number === undefined ? 0 : NUMBER_GUTTER;
  const place = { x: PAGE.left + indent, width: TEXT_WIDTH - indent, node };
  const style = { size: SIZE.section, bold: true, colour: COLOUR.accent, gap: 24 };
  const title = [{ type: 'text', text: section.title }] as const;
  const heading = layOutText(title, measure, place, style).map((box, index): PageBox => {
    if (index > 0) return { ...box, keepWithNext: true };
    const number = section.number === undefined ? [] : numberPiece(section.number);
    return {
      ...box,
      pieces: [...number, ...box.pieces],
      keepWithNext: true,
      newPage,
      anchors: [section.id],
      bookmark: sectionHeading(section),
    };
  });
  return [
    ...heading,
    ...layOutBlocks(section.blocks, measure, { x: PAGE.left, width: TEXT_WIDTH, parent }),
  ];

  function numberPiece(number: string): PageBox['pieces'] {
    const [line] = breakLines([{ type: 'text', text: `${number}. ` }], measure, {
      size: SIZE.section,
      bold: true,
      width: Infinity,
    });
    const piece = { node, x: PAGE.left, dy: 0, size: SIZE.section, colour: COLOUR.accent };
    return [line === undefined ? piece : { ...piece, line }];
  }
}

function layOutContents(
  sections: readonly Section[],
  measure: TextMeasure,
  root: StructureNode,
): PageBox[] {
  const heading: StructureNode = { type: 'H2', parent: root };
  const list: StructureNode = { type: 'TOC', parent: root };
  const style = { size: SIZE.section, bold: true, colour: COLOUR.accent, gap: 22 };
  const place = { x: PAGE.left, width: TEXT_WIDTH, node: heading };
  const numbered = sections.some((section) => section.number !== undefined);
  const indent = numbered ? 28 : 0;
  const pageColumn = 34;
  const entries = sections.flatMap((section): PageBox[] => {
    const item: StructureNode = { type: 'TOCI', parent: list };
    const reference: StructureNode = { type: 'Reference', parent: item };
    const link = `#${section.id}`;
    const size = SIZE.contents;
    const boxes = layOutText(
      [{ type: 'text', text: `${section.title} `, link }],
      measure,
      { x: PAGE.left + indent, width: TEXT_WIDTH - indent - pageColumn, node: reference },
      { size, gap: 1 },
    );
    return boxes.map((box, index) => {
      const isLast = index === boxes.length - 1;
      const colour = COLOUR.ink;
      const number =
        index === 0 && section.number !== undefined
          ? [
              {
                node: { type: 'Lbl', parent: item },
                x: PAGE.left,
                dy: 0,
                size,
                colour,
                line: oneLine(`${section.number}. `, measure, size),
              },
            ]
          : [];
      const page = {
        node: reference,
        x: PAGE.left + TEXT_WIDTH,
        dy: 0,
        size,
        colour,
        pageNumberOf: section.id,
      };
      return {
        ...box,
        pieces: [...number, ...box.pieces, ...(isLast ? [page] : [])],
        decorations: isLast ? leader(box) : [],
        keepWithNext: !isLast,
      };
    });
  });
  const title = layOutText([{ type: 'text', text: 'Contents' }], measure, place, style);
  // All on one page if one page can hold it: a few entries left over on the next look like a mistake.
  return [...title, ...entries].map((box, index, all) => {
    return { ...box, keepWithNext: index < all.length - 1 };
  });

  /** A faint rule leads the eye from the title to its page. */
  function leader(
    box: PageBox,
  ): { x: number; dy: number; width: number; height: number; colour: string }[] {
    const from = PAGE.left + indent + (box.pieces[0]?.line?.width ?? 0) + 4;
    const to = PAGE.left + TEXT_WIDTH - 22;
    if (to <= from) return [];
    const dy = SIZE.contents * LINE_HEIGHT * 0.76;
    return [{ x: from, dy, width: to - from, height: 0.4, colour: COLOUR.faint }];
  }
}
