/** Where a text stops being JSON. */
export interface JsonFault {
  /** How far into the text, from 0. */
  readonly at: number;
  /** What is wrong there and what to do, for whoever edited it by hand. */
  readonly what: string;
}

type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma' | 'nothing';

/**
 * The first fault of a text that `JSON.parse` refuses, which says itself only how many characters in,
 * and that in other words with each version of Node.js; undefined for a text that is JSON.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: { readonly mark: string; readonly at: number }[] = [];
  let expected: Expected = 'value';
  let last = { mark: '', from: 0, end: 0 };
  const inside = () => (open.at(-1)?.mark === '{' ? 'name' : 'value');
  const afterValue = () => (open.length === 0 ? 'nothing' : 'comma');
  for (;;) {
    const at = endOf(SPACE, text, last.end);
    const mark = text[at] ?? '';
    let end = at + 1;
    if (mark === '') return expected === 'nothing' ? undefined : endsEarly(text, open.at(-1));
    if (expected === 'nothing') return { at, what: AFTER_THE_END };
    const foreign = FOREIGN.find(({ begins }) => text.startsWith(begins, at));
    if (foreign) return { at, what: foreign.what };
    if (mark === '"' && expected !== 'colon' && expected !== 'comma') {
      const read = readText(text, at);
      if ('what' in read) return read;
      end = read.end;
      expected = expected.startsWith('name') ? 'colon' : afterValue();
    } else if (expected === 'colon') {
      if (mark !== ':') return { at, what: NO_COLON };
      expected = 'value';
    } else if (mark === ',' && expected === 'comma') {
      expected = inside();
    } else if (mark === '}' || mark === ']') {
      const opened = open.pop();
      if (last.mark === ',') return { at: last.from, what: commaBefore(mark) };
      if (CLOSES[opened?.mark ?? ''] !== mark) return wrongEnd(text, at, opened);
      if (expected === 'value') return { at, what: NO_VALUE };
      expected = afterValue();
    } else if (expected === 'comma') {
      return { at: last.from, what: NO_COMMA };
    } else if (expected.startsWith('name')) {
      return { at, what: NO_NAME };
    } else if (mark === '{' || mark === '[') {
      open.push({ mark, at });
      expected = mark === '{' ? 'name or end' : 'value or end';
    } else {
      end = endOf(NUMBER_OR_WORD, text, at);
      if (end === at) return { at, what: at === endOf(SPACE, text, 0) ? NO_JSON : NO_VALUE };
      expected = afterValue();
    }
    last = { mark, from: at, end };
  }
}

/** "Line 12, at “"title": "Dispute"”: a comma is missing …", in a sentence of its own. */
export function sayJsonFault(text: string): string | undefined {
  const fault = findJsonFault(text);
  if (fault === undefined) return undefined;
  const { at, what } = fault;
  const [here = ''] = text.slice(at, at + MOST_QUOTED).split(/[\r\n]/u, 1);
  const quoted = here.replaceAll(/\p{C}/gu, '').trim();
  return `Line ${lineOf(text, at)}${quoted === '' ? '' : `, at ${quoted}`} – ${what}`;
}

/** The text of a file without the invisible mark (U+FEFF) that some editors put in front when they save. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

const MOST_QUOTED = 40;
const SPACE = /[ \t\r\n]*/y;
const NUMBER_OR_WORD = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const CLOSES: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

const NO_JSON =
  'a JSON file begins with { and this does not. It may be another kind of file: save it as plain text.';
const NO_VALUE =
  'a value is missing or cannot be read: it is a text between straight quotation marks ("), a number, true, false, null, or begins with { or [.';
const NO_NAME =
  'a name is needed here, between straight quotation marks ("), followed by a colon and a value.';
const NO_COLON = 'a colon (:) is missing between the name and its value.';
const NO_COMMA =
  'a comma is missing after this. If a quotation mark stands inside the text, write \\" for it.';
const NO_CLOSING = 'this text has no closing quotation mark (") on its line.';
const NO_ESCAPE = 'a backslash cannot stand alone in a text: write \\\\ for one.';
const NO_TAB = 'a tab cannot stand in a text: write a space.';
const AFTER_THE_END =
  'something follows after the end. Take it away, or a closing } too many before it.';

/** What editors and habits bring in. */
const FOREIGN: readonly { readonly begins: string; readonly what: string }[] = [
  ...['“', '”', '„', '‘', '’', "'"].map((begins) => ({
    begins,
    what: 'this is not the quotation mark that JSON needs: write the straight one ("), at both ends.',
  })),
  ...['//', '/*', '#'].map((begins) => ({
    begins,
    what: 'JSON has no comments: take this away.',
  })),
];

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

function readText(text: string, from: number): { readonly end: number } | JsonFault {
  for (let at = from + 1; at < text.length; at += 1) {
    const mark = text[at] ?? '';
    if (mark === '"') return { end: at + 1 };
    if (mark === '\n' || mark === '\r') break;
    if (mark < ' ') return { at: from, what: NO_TAB };
    if (mark === '\\') {
      const end = endOf(ESCAPE, text, at);
      if (end === at) return { at, what: NO_ESCAPE };
      at = end - 1;
    }
  }
  return { at: from, what: NO_CLOSING };
}

function commaBefore(mark: string): string {
  return `nothing follows this comma before the ${mark}. Take the comma away.`;
}

function wrongEnd(text: string, at: number, opened: { mark: string; at: number } | undefined) {
  if (opened === undefined) return { at, what: AFTER_THE_END };
  const { mark } = opened;
  const begun = `the ${mark} of line ${lineOf(text, opened.at)}`;
  return { at, what: `${begun} is closed by ${CLOSES[mark]}, which has to come first.` };
}

function endsEarly(text: string, opened: { mark: string; at: number } | undefined): JsonFault {
  const at = text.length;
  if (text.trim() === '') return { at, what: 'the file is empty.' };
  if (opened === undefined) return { at, what: 'the file ends too early.' };
  const { mark } = opened;
  const begun = `the ${mark} of line ${lineOf(text, opened.at)}`;
  return { at, what: `the file ends here, but ${begun} is not closed by ${CLOSES[mark]}.` };
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
