import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonFault, sayJsonFault } from '../../server/json-fault.ts';

const FILE = readFileSync('workflows/review.json', 'utf8');

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('a fault is found in exactly those texts that JSON.parse refuses', () => {
  const pieces = ['{', '}', '[', ']', ',', ':', '"', '"a"', '\\', '1', '-', 'true', ' ', '\n', '“'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      expect(findJsonFault(text) === undefined, text).toBe(isJson(text));
    }),
    { numRuns: 3_000 },
  );
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom(...pieces), (json, where, piece) => {
      const at = where % (json.length + 1);
      for (const text of [json, json.slice(0, at) + piece + json.slice(at), json.slice(0, at)]) {
        expect(findJsonFault(text) === undefined, text).toBe(isJson(text));
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a workflow file has no fault, and one that was cut short says what was not closed', () => {
  expect(findJsonFault(FILE)).toBeUndefined();
  const lines = FILE.split('\n').length;
  expect(sayJsonFault(FILE.slice(0, FILE.lastIndexOf('}')))).toBe(
    `Line ${lines - 1} – the file ends here, but the { of line 1 is not closed by }.`,
  );
});

test.each([
  ['', 'Line 1 – the file is empty.'],
  [
    'PK\u0003',
    'Line 1, at PK – a JSON file begins with { and this does not. It may be another kind of file: save it as plain text.',
  ],
  [
    '{\n "a": 1,\n}',
    'Line 2, at , – nothing follows this comma before the }. Take the comma away.',
  ],
  [
    '{\n "a": "x"\n "b": 2 }',
    'Line 2, at "x" – a comma is missing after this. If a quotation mark stands inside the text, write \\" for it.',
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
    'Line 1, at fifteen } – a value is missing or cannot be read: it is a text between straight quotation marks ("), a number, true, false, null, or begins with { or [.',
  ],
  [
    '{ a: 1 }',
    'Line 1, at a: 1 } – a name is needed here, between straight quotation marks ("), followed by a colon and a value.',
  ],
  ['{ "a" 1 }', 'Line 1, at 1 } – a colon (:) is missing between the name and its value.'],
  ['{\n "a": [1 }', 'Line 2, at } – the [ of line 2 is closed by ], which has to come first.'],
  [
    '{ "a": 1 } }',
    'Line 1, at } – something follows after the end. Take it away, or a closing } too many before it.',
  ],
  ['{ "a": 1 // ten\n}', 'Line 1, at // ten – JSON has no comments: take this away.'],
])('%j is told in words, with the line', (text, told) => {
  expect(sayJsonFault(text)).toBe(told);
});
