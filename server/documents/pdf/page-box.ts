import type { FontStyle } from './pdf-fonts.ts';

/**
 * One element of the PDF's structure tree (what screen readers walk). Made while laying out, drawn
 * into the file when the first thing that belongs to it is painted, so that reading order is the
 * order of painting.
 */
export interface StructureNode {
  readonly type: string;
  readonly parent: StructureNode | undefined;
  readonly scope?: 'Column' | 'Row';
  /** For lists: how their labels count. Required by PDF/UA when a list has labels. */
  readonly listNumbering?: 'Decimal' | 'LowerAlpha' | 'LowerRoman' | 'Disc';
}

/** Text in one style, at its place in a line. Widths and places in points. */
export interface Fragment {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly style: FontStyle;
  readonly link?: string;
  /** What is really meant, where the font lacks the character and a code is printed instead. */
  readonly actual?: string;
}

export interface TextLine {
  readonly fragments: readonly Fragment[];
  readonly width: number;
}

/** A line of text, or an empty cell, at its place in a box. */
export interface Piece {
  readonly node: StructureNode;
  readonly x: number;
  readonly dy: number;
  readonly size: number;
  readonly colour: string;
  readonly line?: TextLine;
  /** The number of the page on which this anchor stands, right-aligned at `x`. */
  readonly pageNumberOf?: string;
}

/** A rule or a ground behind text. Decoration only: screen readers pass over it. */
export interface Decoration {
  readonly x: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
  readonly colour: string;
}

/** The smallest thing that stands on one page: a line, or a row of a table. */
export interface PageBox {
  readonly height: number;
  /** White space before it, dropped at the head of a page. */
  readonly gap: number;
  readonly pieces: readonly Piece[];
  readonly decorations?: readonly Decoration[];
  readonly keepWithNext?: boolean;
  readonly newPage?: boolean;
  /** Where links, contents and bookmarks lead. */
  readonly anchors?: readonly string[];
  readonly bookmark?: string;
  /** The head of a table, painted again when this row begins a page. */
  readonly repeat?: PageBox;
}
