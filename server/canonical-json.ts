import { ConcordatError } from '../engine/errors.ts';

/**
 * The one JSON text of a value (RFC 8785): keys sorted by UTF-16 code unit, no white space, numbers
 * as ECMAScript writes them. Properties that are `undefined` are left out, as in JSON.stringify.
 * Throws `data-refused` for what JSON cannot say (NaN, Infinity, functions, a lone surrogate).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse(`the number ${value}`);
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) refuse('a text with half a character');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  }
  if (typeof value !== 'object') refuse(`a ${typeof value}`);
  const parts: string[] = [];
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record).sort()) {
    const item = record[key];
    if (item !== undefined) parts.push(`${canonicalJson(key)}:${canonicalJson(item)}`);
  }
  return `{${parts.join(',')}}`;
}

function refuse(what: string): never {
  throw new ConcordatError('data-refused', `${what} cannot be written as JSON`, {
    userMessage: `This cannot be stored: it contains ${what}.`,
  });
}
