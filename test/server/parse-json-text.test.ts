import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonText } from '../../server/parse-json-text.ts';

const FILE = readFileSync('workflows/review.json', 'utf8');

/** What somebody is told of a text that is not JSON; undefined for one that is. */
async function told(text: string): Promise<string | undefined> {
  try {
    await parseJsonText(text);
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError ? error.message : String(error);
  }
}

test('a line is told of every text that stops being JSON', async () => {
  const pieces = ['{', '}', '[', ']', ',', ':', '"', '\\', '-', 'tru', '“', '#'];
  await fc.assert(
    fc.asyncProperty(
      fc.json(),
      fc.nat(),
      fc.constantFrom(...pieces),
      async (json, where, piece) => {
        const at = where % (json.length + 1);
        for (const text of [json, json.slice(0, at) + piece + json.slice(at), json.slice(0, at)]) {
          expect((await told(text)) ?? 'Line', text).toMatch(/^Line/u);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a workflow file has no fault, and one that was cut short says what was not closed', async () => {
  expect(await told(FILE)).toBeUndefined();
  const lines = FILE.split('\n').length;
  expect(await told(FILE.slice(0, FILE.lastIndexOf('}')))).toBe(
    `Line ${lines - 1} – the file ends here, but something that was begun is not closed by }.`,
  );
});

test.each([
  ['', 'Line 1 – the file is empty.'],
  [
    'PK\u0003',
    'Line 1, at PK – a JSON file begins with { and this does not. It may be another kind of file: save it as plain text.',
  ],
  ['{\n "a": 1,\n}', 'Line 3, at } – nothing follows the comma before this. Take the comma away.'],
  [
    '{\n "a": "x"\n "b": 2 }',
    'Line 3, at "b": 2 } – a comma is missing before this. If a quotation mark stands inside the text before it, write \\" for that.',
  ],
  [
    '{\n "a": "x,\n "b": 2 }',
    'Line 2, at "x, – this text has no closing quotation mark (") on its line.',
  ],
  [
    '{\n “a”: 1 }',
    'Line 2, at “a”: 1 } – this is not the quotation mark that JSON needs: write the straight one ("), at both ends.',
  ],
  [
    '{ "a": fifteen }',
    'Line 1, at fifteen } – this cannot be read. A text stands between straight quotation marks ("); without them only numbers, true, false and null.',
  ],
  [
    '{ a: 1 }',
    'Line 1, at a: 1 } – this cannot be read. A text stands between straight quotation marks ("); without them only numbers, true, false and null.',
  ],
  ['{ "a" 1 }', 'Line 1, at 1 } – a colon (:) is missing between the name and its value.'],
  [
    '{\n "a": [1 }',
    'Line 2, at } – this closes something else than was begun last: a } or ] is missing before it, or this is one too many.',
  ],
  [
    '{ "a": 1 } }',
    'Line 1, at } – something follows after the end. Take it away, or a closing } too many before it.',
  ],
  ['{ "a": 1 // ten\n}', 'Line 1, at // ten – JSON has no comments: take this away.'],
])('%j is told in words, with the line', async (text, words) => {
  expect(await told(text)).toBe(words);
});
