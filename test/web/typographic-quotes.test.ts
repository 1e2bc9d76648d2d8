import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** An apostrophe in or after a word, and words between straight quotes. */
const STRAIGHT =
  /\p{L}'(?=\p{L}|[\s.,;:)]|$)|(?:^|[\s(])"[^"=]*\p{L}[^"=]*"|(?:^|[\s(])'\p{L}[^']*'/u;

/** What is read by machines: expressions, patterns, names. */
const EXPRESSIONS = new Set([
  '$schema',
  'cel',
  'none',
  'when',
  'sharedWhen',
  'doneWhen',
  'startedWhen',
  'pattern',
  'from',
  'prefill',
  'forEach',
  'of',
  'on',
  'format',
  'const',
  'default',
  'source',
  'person',
]);

function filesUnder(folder: string, ends: readonly string[]): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ends.some((end) => entry.name.endsWith(end)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    EXPRESSIONS.has(key) ? [] : textsIn(inner),
  );
}

/** What stands between the marks of a template, and the words that are given to its helpers. */
function wordsOfTemplate(text: string): readonly string[] {
  const spoken = text.replaceAll(/\{\{!--.*?--\}\}|\{\{![^}]*\}\}/gsu, '');
  const given = [...spoken.matchAll(/\{\{[^}]*?"([^"]*)"[^}]*\}\}/gsu)].map(
    ([, words = '']) => words,
  );
  const bare = spoken.replaceAll(/\{\{\{?[^}]*\}?\}\}/gsu, 'X').replaceAll(/<[^>]*>/gsu, ' ');
  return [...given, ...bare.split('\n')].filter((line) => !TYPED.test(line));
}

/** The texts of a program that could be read by people: those with more than one word in them. */
function textsOfProgram(source: string): readonly string[] {
  const code = source.replaceAll(/\/\*[^]*?\*\//gu, '').replaceAll(/(?<![:'"`\\])\/\/.*$/gmu, '');
  return code
    .split('\n')
    .filter((line) => !/\/[^/]+\/[a-z]*u\b/u.test(line))
    .flatMap((line) => [
      ...[...line.matchAll(/"((?:[^"\\]|\\.)*)"/gu)].map(([, text = '']) => text),
      ...[...line.matchAll(/'((?:[^'\\]|\\.)*)'/gu)].map(([, text = '']) => text),
      ...[...line.matchAll(/`((?:[^`\\]|\\.)*)`/gu)].map(([, text = '']) =>
        text.replaceAll(/\$\{[^}]*\}/gu, 'X'),
      ),
    ])
    .filter((text) => /\p{L} \p{L}/u.test(text) && !TYPED.test(text));
}

/** Commands to be typed, markup, styles and other code keep the quotes of their language. */
const TYPED = /--\w+ "|<\w+[ >]|\$\{|^Xstate "|-src '|^-apple-system/u;

const straightIn = (file: string, texts: readonly string[]): readonly string[] =>
  texts
    .filter((text) => STRAIGHT.test(text))
    .map((text) => `${file}: ${text.trim().slice(0, 160)}`);

test('no workflow, template, page or message uses straight quotes or apostrophes', () => {
  const workflows = filesUnder('workflows', ['.json']).filter(
    (file) => !/scenarios\.json$|schema\.json$/u.test(file),
  );
  const sheets = [...workflows, ...filesUnder('templates', ['.json'])];
  const found = [
    ...sheets.flatMap((file) =>
      straightIn(file, textsIn(JSON.parse(textOf(file))).flatMap(wordsOfTemplate)),
    ),
    ...['templates', 'web/views'].flatMap((folder) =>
      filesUnder(folder, ['.hbs']).flatMap((file) =>
        straightIn(file, wordsOfTemplate(textOf(file))),
      ),
    ),
    ...['web/presenters', 'server'].flatMap((folder) =>
      filesUnder(folder, ['.ts'])
        // what a terminal shows stands between commands that are typed
        .filter((file) => !file.startsWith('server/cli/'))
        .flatMap((file) => straightIn(file, textsOfProgram(textOf(file)))),
    ),
  ];
  expect(found).toEqual([]);
});
