import { ConcordatError, type ErrorCode } from '../../../engine/errors.ts';
import { checkPlainData } from '../../../engine/event-check.ts';
import type { JsonObject, JsonValue } from '../../../engine/json-value.ts';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import { type SchemaProblem, validator } from '../../../engine/validate.ts';
import type { Operation } from './operation.ts';
import { locate, type RequestPart } from './problem.ts';

/** The schema of everything that stands in the path or the query. */
function schemaOfNames(names: Operation['params']): JsonSchema {
  return { type: 'object', properties: names ?? {}, additionalProperties: false };
}

/** Checks the names in a path. Throws `invalid-input`. */
export function checkPath(operation: Operation, params: Readonly<Record<string, unknown>>): void {
  check('path', schemaOf(operation.params), params);
}

/**
 * Checks the query; numbers and yes-or-no come as text and are read here. Throws `invalid-input`,
 * also for a name that is not known or comes twice.
 */
export function checkQuery(
  operation: Operation,
  query: Readonly<Record<string, unknown>>,
): JsonObject {
  const known = operation.query ?? {};
  const read = Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      Object.hasOwn(known, name) ? readText(known[name]?.type, value) : value,
    ]),
  );
  check('query', schemaOf(operation.query), read);
  return read as JsonObject;
}

/** Checks a JSON body: first that it can be kept at all, then against the operation's schema. */
export function checkBody({ body: schema }: Operation, body: unknown): JsonObject {
  if (schema === undefined) return {};
  checkPlainData(body);
  checkTexts(body as JsonValue);
  check('body', schema, body);
  return body as JsonObject;
}

/** One header by its schema; null when it is not there. Throws `invalid-input`. */
export function checkHeader(
  name: string,
  schema: JsonSchema,
  value: string | undefined,
): string | null {
  if (value === undefined) return null;
  const problems = validator(schema)(value);
  if (problems.length > 0) {
    const named = problems.map((problem) => ({ ...problem, path: `/${name.toLowerCase()}` }));
    throw refusal('header', named);
  }
  return value;
}

const schemas = new WeakMap<object, JsonSchema>();
const NO_NAMES = {};

/** Made once per operation, so that it is compiled once. */
function schemaOf(names: Operation['params'] = NO_NAMES): JsonSchema {
  const known = schemas.get(names) ?? schemaOfNames(names);
  schemas.set(names, known);
  return known;
}

function check(part: RequestPart, schema: JsonSchema, value: unknown): void {
  const problems = validator(schema)(value);
  if (problems.length > 0) throw refusal(part, problems);
}

const WHERE: Readonly<Record<RequestPart, string>> = {
  path: 'address',
  query: 'query',
  header: 'headers',
  body: 'body',
};

function refusal(part: RequestPart, problems: readonly SchemaProblem[]): ConcordatError {
  const located = problems.map((problem) => locate(part, problem));
  const [first] = located;
  const where = first?.pointer === '' ? 'it' : (first?.pointer ?? 'it');
  return new ConcordatError('invalid-input', `the ${part} was refused: ${first?.message}`, {
    userMessage: `The ${WHERE[part]} of this request is not right: ${where} ${first?.message}. Nothing was done. See /api for what is taken here, put it right and send it again.`,
    details: { located },
  });
}

function readText(type: JsonSchema['type'], value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'integer' && /^-?\d{1,15}$/u.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

/** Half a character and NUL cannot be stored or shown by everything that will have to. */
function checkTexts(value: JsonValue): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw refusedText('half a character (a lone surrogate)');
    if (value.includes('\0')) throw refusedText('a NUL character');
  } else if (Array.isArray(value)) value.forEach(checkTexts);
  else if (value !== null && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      checkTexts(name);
      checkTexts(inner);
    }
  }
}

function refusedText(what: string, code: ErrorCode = 'data-refused'): ConcordatError {
  return new ConcordatError(code, `a text holds ${what}`, {
    userMessage: `A text in this request holds ${what}, which cannot be kept. Take it out and send it again.`,
  });
}
