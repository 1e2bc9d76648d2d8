/**
 * The one tree from which a document's HTML, PDF and plain text are all drawn, so that the three
 * cannot say different things. It is plain data: it can be stored, hashed, compared and sent
 * between threads.
 */
export interface DocumentTree {
  readonly title: string;
  /** Stands at the head of every page. */
  readonly shortTitle: string;
  readonly template: { readonly id: string; readonly version: number; readonly hash: string };
  /** Whether a list of contents with page numbers follows the title. */
  readonly contents: boolean;
  /** What stands on the first page, between the title and the contents. */
  readonly front: readonly Block[];
  readonly sections: readonly Section[];
}

/** A clause of an agreement, or a headed part of any other document. */
export interface Section {
  /** Stable across versions of a document: comparisons and anchors go by it, not by the number. */
  readonly id: string;
  readonly number?: string;
  readonly title: string;
  /** Starts on a new page where there are pages. */
  readonly newPage?: boolean;
  readonly blocks: readonly Block[];
}

export type Block =
  | Heading
  | Paragraph
  | NumberedClauses
  | List
  | Table
  | Definitions
  | SignatureBlock
  | Note
  | PageBreak;

interface Heading {
  readonly type: 'heading';
  /** 2 begins a section where a template is read, and does not stand in a finished tree. */
  readonly level: 2 | 3;
  readonly inlines: readonly Inline[];
}

interface Paragraph {
  readonly type: 'paragraph';
  readonly inlines: readonly Inline[];
}

/** Numbered paragraphs of a clause: 1.1, then (a), then (i). The number is part of the text. */
export interface NumberedClauses {
  readonly type: 'numbered';
  readonly items: readonly NumberedClause[];
}

export interface NumberedClause {
  readonly id: string;
  readonly number: string;
  readonly blocks: readonly Block[];
}

interface List {
  readonly type: 'list';
  readonly ordered: boolean;
  readonly items: readonly (readonly Block[])[];
}

export interface Table {
  readonly type: 'table';
  readonly head: readonly Cell[];
  readonly rows: readonly (readonly Cell[])[];
}

export type Cell = readonly Inline[];

/** Rows of a term and what it is: parties, settings, facts of a record. */
export interface Definitions {
  readonly type: 'definitions';
  readonly rows: readonly DefinitionRow[];
}

export interface DefinitionRow {
  readonly term: Cell;
  readonly value: Cell;
}

/** Where one party signs; a row without a value is a line to write on. Never split over pages. */
interface SignatureBlock {
  readonly type: 'signature';
  readonly blocks: readonly Block[];
}

/** A passage set apart, such as a warning that a notice has not been served. */
interface Note {
  readonly type: 'note';
  readonly blocks: readonly Block[];
}

interface PageBreak {
  readonly type: 'page-break';
}

export type Inline = TextRun | LineBreak;

export interface TextRun {
  readonly type: 'text';
  readonly text: string;
  readonly strong?: boolean;
  readonly emphasis?: boolean;
  /** `#anchor` inside the document, or an http(s) or mailto address. Only templates make links. */
  readonly link?: string;
}

interface LineBreak {
  readonly type: 'break';
}

/** The words of inline content, with line breaks as `\n`. */
export function plainText(inlines: readonly Inline[]): string {
  return inlines.map((inline) => (inline.type === 'text' ? inline.text : '\n')).join('');
}

/** A section's number and title as one line: `4. Governance`. */
export function sectionHeading(section: Section): string {
  return section.number === undefined ? section.title : `${section.number}. ${section.title}`;
}
