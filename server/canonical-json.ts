import { ConcordatError } from '../engine/errors.ts';

/** Texts that stand in JSON as they are; most do. */
const PLAIN = /^[ !#-[\]-~]*$/u;

/**
 * The one JSON text of a value (RFC 8785): keys sorted by UTF-16 code unit, no white space, numbers
 * as ECMAScript writes them. Properties that are `undefined` are left out, as in JSON.stringify.
 * Throws `data-refused` for what JSON cannot say (NaN, Infinity, functions, half a character).
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return textJson(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) refuse(`the number ${value}`);
      return JSON.stringify(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value)
        ? listJson(value)
        : recordJson(value as Readonly<Record<string, unknown>>);
    default:
      return refuse(`a ${typeof value}`);
  }
}

function textJson(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) refuse('a text with half a character');
  return JSON.stringify(text);
}

/** Names are few and come again and again. */
const names = new Map<string, string>();
const MOST_NAMES = 5_000;

function nameJson(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const json = `${textJson(name)}:`;
  if (names.size >= MOST_NAMES) names.clear();
  names.set(name, json);
  return json;
}

function listJson(items: readonly unknown[]): string {
  let json = '[';
  for (let index = 0; index < items.length; index += 1) {
    if (index > 0) json += ',';
    json += canonicalJson(items[index] ?? null);
  }
  return `${json}]`;
}

function recordJson(record: Readonly<Record<string, unknown>>): string {
  let json = '{';
  for (const key of Object.keys(record).sort()) {
    const item = record[key];
    if (item === undefined) continue;
    if (json.length > 1) json += ',';
    json += nameJson(key) + canonicalJson(item);
  }
  return `${json}}`;
}

function refuse(what: string): never {
  throw new ConcordatError('data-refused', `${what} cannot be written as JSON`, {
    userMessage: `This cannot be stored: it contains ${what}.`,
  });
}
