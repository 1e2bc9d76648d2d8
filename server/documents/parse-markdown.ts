import markdownIt, { type MarkdownIt, type Token } from 'markdown-it';
import { ConcordatError } from '../../engine/errors.ts';
import { addDirectiveRule } from './directive-rule.ts';
import type { Block, Cell, DefinitionRow, NumberedClause } from './document-tree.ts';
import { parseInline } from './parse-inline.ts';
import { visibleText } from './visible-text.ts';

/** What a run of Markdown is read for. */
export interface MarkdownPlace {
  /** Given inside a clause: its ordered lists are numbered 4.1, (a), (i), and go on from there. */
  readonly clause?: { readonly id: string; readonly number: string };
  /** Authors' own passages, which stand at `::: authored N`. */
  readonly authored?: readonly string[];
}

/** The Markdown of our own template files. */
const templateMarkdown = createTemplateMarkdown();

/** What authors may write: paragraphs, lists and emphasis. Everything else stands as they typed it. */
const authoredMarkdown: MarkdownIt = markdownIt('zero').enable(['list', 'emphasis', 'newline']);

function createTemplateMarkdown(): MarkdownIt {
  const markdown = markdownIt({ html: false, linkify: false, typographer: false });
  markdown.disable([
    'image',
    'code',
    'fence',
    'backticks',
    'reference',
    'autolink',
    'hr',
    'lheading',
  ]);
  markdown.validateLink = (url: string) => /^(https?:\/\/|mailto:|#)/i.test(url);
  addDirectiveRule(markdown);
  return markdown;
}

/** Reads the Markdown of a template, whose values have been escaped, into blocks. */
export function parseTemplateMarkdown(text: string, place: MarkdownPlace = {}): Block[] {
  return readBlocks(templateMarkdown.parse(text, {}), place);
}

/** Reads an author's own passage: paragraphs, lists and emphasis only, never a link or heading. */
export function parseAuthoredMarkdown(text: string, place: MarkdownPlace = {}): Block[] {
  return readBlocks(authoredMarkdown.parse(visibleText(text), {}), place);
}

interface Cursor {
  readonly tokens: readonly Token[];
  readonly place: MarkdownPlace;
  at: number;
  /** How many numbered paragraphs the clause has so far. */
  numbered: number;
}

function readBlocks(tokens: readonly Token[], place: MarkdownPlace): Block[] {
  const cursor: Cursor = { tokens, place, at: 0, numbered: 0 };
  return readUntil(cursor, undefined, []);
}

/** `path` holds the numbers of the clause paragraphs around this place, outermost first. */
function readUntil(cursor: Cursor, close: string | undefined, path: readonly number[]): Block[] {
  const blocks: Block[] = [];
  for (;;) {
    const token = cursor.tokens[cursor.at];
    if (token === undefined || token.type === close) {
      cursor.at += 1;
      return blocks;
    }
    blocks.push(...readBlock(cursor, token, path));
  }
}

function readBlock(cursor: Cursor, token: Token, path: readonly number[]): Block[] {
  cursor.at += 1;
  switch (token.type) {
    case 'paragraph_open': {
      const inlines = takeInline(cursor, 'paragraph_close');
      return inlines.length === 0 ? [] : [{ type: 'paragraph', inlines }];
    }
    case 'heading_open': {
      const inlines = takeInline(cursor, 'heading_close');
      return [{ type: 'heading', level: headingLevel(token.tag), inlines }];
    }
    case 'bullet_list_open':
      return [
        { type: 'list', ordered: false, items: readItems(cursor, 'bullet_list_close', path) },
      ];
    case 'ordered_list_open':
      if (cursor.place.clause === undefined) {
        return [
          { type: 'list', ordered: true, items: readItems(cursor, 'ordered_list_close', path) },
        ];
      }
      return [{ type: 'numbered', items: readNumbered(cursor, cursor.place.clause, path) }];
    case 'table_open':
      return [readTable(cursor)];
    case 'signature_open':
      return [{ type: 'signature', blocks: readUntil(cursor, 'signature_close', path) }];
    case 'note_open':
      return [{ type: 'note', blocks: readUntil(cursor, 'note_close', path) }];
    case 'directive_page-break':
      return [{ type: 'page-break' }];
    case 'directive_authored':
      return parseAuthoredMarkdown(cursor.place.authored?.[Number(token.info)] ?? '');
    case 'blockquote_open':
      return [{ type: 'note', blocks: readUntil(cursor, 'blockquote_close', path) }];
    default:
      throw new ConcordatError(
        'template-refused',
        `Markdown element ${token.type} is not used here`,
      );
  }
}

/** Levels 2 and 3 only: no level is then ever skipped, as PDF/UA and readers of HTML expect. */
function headingLevel(tag: string): 2 | 3 {
  if (tag === 'h2') return 2;
  if (tag === 'h3') return 3;
  throw new ConcordatError('template-refused', `templates use headings ## and ###, not <${tag}>`);
}

function takeInline(cursor: Cursor, close: string): Cell {
  const token = cursor.tokens[cursor.at];
  cursor.at += 2;
  if (token?.type !== 'inline' || cursor.tokens[cursor.at - 1]?.type !== close) {
    throw new ConcordatError('template-refused', `Markdown ends before ${close}`);
  }
  return parseInline(token.children ?? []);
}

function readItems(cursor: Cursor, close: string, path: readonly number[]): Block[][] {
  const items: Block[][] = [];
  while (cursor.tokens[cursor.at]?.type === 'list_item_open') {
    cursor.at += 1;
    items.push(readUntil(cursor, 'list_item_close', path));
  }
  if (cursor.tokens[cursor.at]?.type !== close) {
    throw new ConcordatError('template-refused', `Markdown ends before ${close}`);
  }
  cursor.at += 1;
  return items;
}

function readNumbered(
  cursor: Cursor,
  clause: { readonly id: string; readonly number: string },
  path: readonly number[],
): NumberedClause[] {
  const items: NumberedClause[] = [];
  while (cursor.tokens[cursor.at]?.type === 'list_item_open') {
    cursor.at += 1;
    const index = path.length === 0 ? (cursor.numbered += 1) : items.length + 1;
    const here = [...path, index];
    items.push({
      id: [clause.id, ...here].join('-'),
      number: numberOf(clause.number, here),
      blocks: readUntil(cursor, 'list_item_close', here),
    });
  }
  cursor.at += 1;
  return items;
}

/** 4.1, then (a), then (i), as English agreements number. */
function numberOf(clause: string, path: readonly number[]): string {
  const last = path.at(-1) ?? 1;
  if (path.length === 1) return `${clause}.${last}`;
  return path.length === 2 ? `(${letters(last)})` : `(${roman(last)})`;
}

function letters(n: number): string {
  const rest = Math.floor((n - 1) / 26);
  const letter = String.fromCharCode(97 + ((n - 1) % 26));
  return rest === 0 ? letter : letters(rest) + letter;
}

function roman(n: number): string {
  const steps: readonly (readonly [number, string])[] = [
    [100, 'c'],
    [90, 'xc'],
    [50, 'l'],
    [40, 'xl'],
    [10, 'x'],
    [9, 'ix'],
    [5, 'v'],
    [4, 'iv'],
    [1, 'i'],
  ];
  let rest = n;
  let text = '';
  for (const [value, sign] of steps) {
    while (rest >= value) {
      text += sign;
      rest -= value;
    }
  }
  return text;
}

/** A table whose head is empty and has two columns is a list of terms and what they are. */
function readTable(cursor: Cursor): Block {
  const rows: Cell[][] = [];
  for (;;) {
    const token = cursor.tokens[cursor.at];
    cursor.at += 1;
    if (token === undefined || token.type === 'table_close') break;
    if (token.type === 'tr_open') rows.push([]);
    if (token.type === 'inline') rows.at(-1)?.push(parseInline(token.children ?? []));
  }
  const [head = [], ...body] = rows;
  if (head.length === 2 && head.every((cell) => cell.length === 0)) {
    const definitions = body.map(([term = [], value = []]): DefinitionRow => ({ term, value }));
    return { type: 'definitions', rows: definitions };
  }
  return { type: 'table', head, rows: body };
}
