import type { Cell, Definitions, Table } from '../document-tree.ts';
import { breakLines, textWidths } from './break-lines.ts';
import type { TextMeasure } from './measure-text.ts';
import type { Decoration, PageBox, Piece, StructureNode, TextLine } from './page-box.ts';
import { COLOUR, LINE_HEIGHT, SIZE } from './page-style.ts';

const PADDING_X = 6;
const PADDING_Y = 4.5;
/** A row of more lines than this may go on over the page. */
const MOST_LINES = 30;

interface Place {
  readonly x: number;
  readonly width: number;
  readonly parent: StructureNode;
}

interface Column {
  readonly x: number;
  readonly width: number;
}

interface RowCell {
  readonly cell: Cell;
  readonly node: StructureNode;
  readonly bold: boolean;
}

/** A table with a head that comes again on each page. */
export function layOutTable(table: Table, measure: TextMeasure, place: Place): PageBox[] {
  const columns = columnsOf(table, measure, place);
  const node: StructureNode = { type: 'Table', parent: place.parent };
  const headRow: StructureNode = { type: 'TR', parent: { type: 'THead', parent: node } };
  const body: StructureNode = { type: 'TBody', parent: node };
  const headCells = table.head.map((cell): RowCell => {
    return { cell, node: { type: 'TH', parent: headRow, scope: 'Column' }, bold: true };
  });
  const [head] = layOutRow(headCells, columns, measure, place, true);
  if (head === undefined) return [];
  const rows = table.rows.flatMap((row) => {
    const rowNode: StructureNode = { type: 'TR', parent: body };
    const cells = columns.map((_, index): RowCell => {
      return { cell: row[index] ?? [], node: { type: 'TD', parent: rowNode }, bold: false };
    });
    return layOutRow(cells, columns, measure, place, false).map((box) => ({
      ...box,
      repeat: head,
    }));
  });
  return [{ ...head, gap: 8, keepWithNext: true }, ...rows];
}

/** Terms on the left, what they are on the right; a row without a value is a line to write on. */
export function layOutDefinitions(
  definitions: Definitions,
  measure: TextMeasure,
  place: Place,
): PageBox[] {
  const table: StructureNode = { type: 'Table', parent: place.parent };
  const termWidth = Math.min(160, place.width * 0.36);
  const columns: Column[] = [
    { x: place.x, width: termWidth },
    { x: place.x + termWidth, width: place.width - termWidth },
  ];
  const boxes = definitions.rows.flatMap((row) => {
    const isToFill = row.value.length === 0;
    const parent: StructureNode = { type: 'TR', parent: table };
    const cells: RowCell[] = [
      { cell: row.term, node: { type: 'TH', parent, scope: 'Row' }, bold: true },
      { cell: row.value, node: { type: 'TD', parent }, bold: false },
    ];
    const lines = layOutRow(cells, columns, measure, place, false);
    return isToFill ? lines.map((line) => withRoomToWrite(line)) : lines;
  });
  return boxes.map((box, index) => (index === 0 ? { ...box, gap: 8 } : box));
}

const ROOM_TO_WRITE = 14;

function withRoomToWrite(box: PageBox): PageBox {
  const down = <T extends { readonly dy: number }>(item: T): T => {
    return { ...item, dy: item.dy + ROOM_TO_WRITE };
  };
  return {
    ...box,
    height: box.height + ROOM_TO_WRITE,
    pieces: box.pieces.map(down),
    decorations: (box.decorations ?? []).map(down),
  };
}

function layOutRow(
  cells: readonly RowCell[],
  columns: readonly Column[],
  measure: TextMeasure,
  place: Place,
  isHead: boolean,
): PageBox[] {
  const lineHeight = SIZE.table * LINE_HEIGHT;
  const lines = cells.map(({ cell, bold }, index): TextLine[] =>
    breakLines(cell, measure, {
      size: SIZE.table,
      width: (columns[index]?.width ?? place.width) - 2 * PADDING_X,
      bold,
    }),
  );
  const most = Math.max(1, ...lines.map((column) => column.length));
  const boxes: PageBox[] = [];
  for (let from = 0; from < most; from += MOST_LINES) {
    const count = Math.min(MOST_LINES, most - from);
    const isLast = from + count >= most;
    const above = from === 0 ? PADDING_Y : 0;
    const height = above + count * lineHeight + (isLast ? PADDING_Y : 0);
    boxes.push({
      height,
      gap: 0,
      decorations: rowDecorations(place, height, isHead, isLast),
      pieces: cells.flatMap(({ node }, index): Piece[] => {
        const x = (columns[index]?.x ?? place.x) + PADDING_X;
        const slice = lines[index]?.slice(from, from + count) ?? [];
        const pieces = slice.map((line, row): Piece => {
          return {
            node,
            x,
            dy: above + row * lineHeight,
            size: SIZE.table,
            colour: COLOUR.ink,
            line,
          };
        });
        return pieces.length > 0
          ? pieces
          : [{ node, x, dy: 0, size: SIZE.table, colour: COLOUR.ink }];
      }),
      ...(!isLast && { keepWithNext: false }),
    });
  }
  return boxes;
}

function rowDecorations(
  place: Place,
  height: number,
  isHead: boolean,
  isLast: boolean,
): Decoration[] {
  const { x, width } = place;
  const rule = { x, dy: height - 0.6, width, height: 0.6, colour: COLOUR.rule };
  if (isHead) {
    return [
      { x, dy: 0, width, height, colour: COLOUR.ground },
      { ...rule, dy: height - 1, height: 1, colour: COLOUR.ink },
    ];
  }
  return isLast ? [rule] : [];
}

/** Columns as wide as their text asks, and never narrower than their longest word if it can be. */
function columnsOf(table: Table, measure: TextMeasure, place: Place): Column[] {
  const rows = [table.head, ...table.rows];
  const wishes = table.head.map((_, index) => {
    let least = 36;
    let most = 36;
    for (const [row, cells] of rows.entries()) {
      const widths = textWidths(cells[index] ?? [], measure, SIZE.table, row === 0);
      least = Math.max(least, widths.longestWord + 2 * PADDING_X);
      most = Math.max(most, widths.longestLine + 2 * PADDING_X);
    }
    const cap = (place.width / table.head.length) * 1.6;
    return { least: Math.min(least, cap), most: Math.min(Math.max(most, least), place.width) };
  });
  const least = sum(wishes.map((wish) => wish.least));
  const most = sum(wishes.map((wish) => wish.most));
  const widths = wishes.map((wish) => {
    if (most <= place.width) return wish.most * (place.width / most);
    if (least >= place.width) return wish.least * (place.width / least);
    return wish.least + ((wish.most - wish.least) * (place.width - least)) / (most - least);
  });
  let x = place.x;
  return widths.map((width) => {
    const column = { x, width };
    x += width;
    return column;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
