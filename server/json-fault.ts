import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';

const COMMENT = 'JSON has no comments: take this away.';
const ESCAPE = 'a backslash cannot stand alone in a text: write \\\\ for one.';
const UNCLOSED = 'the file ends here, but something that was begun is not closed by';

/** What is wrong at a place, by the name the parser has for it, and what to do. */
const IN_WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol:
    'this cannot be read. A text stands between straight quotation marks ("); without them only numbers, true, false and null.',
  PropertyNameExpected:
    'a name is needed here, between straight quotation marks ("), followed by a colon and a value.',
  ValueExpected: 'a value is missing here.',
  ColonExpected: 'a colon (:) is missing between the name and its value.',
  CommaExpected:
    'a comma is missing before this. If a quotation mark stands inside the text before it, write \\" for that.',
  CloseBraceExpected: `${UNCLOSED} }.`,
  CloseBracketExpected: `${UNCLOSED} ].`,
  EndOfFileExpected:
    'something follows after the end. Take it away, or a closing } too many before it.',
  InvalidCommentToken: COMMENT,
  UnexpectedEndOfComment: COMMENT,
  UnexpectedEndOfString: 'this text has no closing quotation mark (") on its line.',
  InvalidUnicode: ESCAPE,
  InvalidEscapeCharacter: ESCAPE,
  InvalidCharacter: 'a tab cannot stand in a text: write a space.',
};

/**
 * Where a text stops being JSON and what to write there: "Line 12, at "b": 2 – a comma is missing before
 * this …"; `JSON.parse` says how many characters in, in other words with each version of Node.js.
 * Undefined where nothing is found.
 */
export function sayJsonFault(text: string): string | undefined {
  const faults: ParseError[] = [];
  parse(text, faults, { disallowComments: true, allowTrailingComma: false });
  const [fault] = faults;
  if (fault === undefined) return undefined;
  const [here = ''] = text.slice(fault.offset, fault.offset + MOST_QUOTED).split(/[\r\n]/u, 1);
  const quoted = here.replaceAll(/\p{C}/gu, '').trim();
  const line = text.slice(0, fault.offset).split('\n').length;
  return `Line ${line}${quoted === '' ? '' : `, at ${quoted}`} – ${inWords(text, fault)}`;
}

const MOST_QUOTED = 40;

function inWords(text: string, { error, offset }: ParseError): string {
  const before = text.slice(0, offset).trimEnd();
  const rest = text.slice(offset);
  if (text.trim() === '') return 'the file is empty.';
  if (/^[“”„‘’']/u.test(rest)) {
    return 'this is not the quotation mark that JSON needs: write the straight one ("), at both ends.';
  }
  if (rest.startsWith('#')) return COMMENT;
  if (before === '') {
    return 'a JSON file begins with { and this does not. It may be another kind of file: save it as plain text.';
  }
  const closes = /^[}\]]/u.test(rest);
  if (closes && before.endsWith(',')) {
    return 'nothing follows the comma before this. Take the comma away.';
  }
  const code = printParseErrorCode(error);
  if (closes && code === 'CommaExpected') {
    return 'this closes something else than was begun last: a } or ] is missing before it, or this is one too many.';
  }
  return IN_WORDS[code] ?? 'this cannot be read.';
}
