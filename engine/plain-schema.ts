import { ConcordatError } from './errors.ts';
import type { JsonSchema } from './json-schema.ts';

/** Lint keeps schemas far smaller; what has not passed lint must not grow without end either. */
const MOST_PARTS = 20_000;

const LISTS = ['allOf', 'anyOf', 'oneOf'] as const;
const ONES = ['items', 'contains', 'not', 'if', 'then', 'else', 'propertyNames'] as const;

/** A schema with each of the schemas directly inside it changed. */
export function mapParts(schema: JsonSchema, change: (part: JsonSchema) => JsonSchema): JsonSchema {
  const { properties, additionalProperties } = schema;
  const changed: Record<string, unknown> = { ...schema };
  if (properties) {
    const entries = Object.entries(properties);
    changed['properties'] = Object.fromEntries(entries.map(([name, part]) => [name, change(part)]));
  }
  if (typeof additionalProperties === 'object') {
    changed['additionalProperties'] = change(additionalProperties);
  }
  for (const key of LISTS) if (schema[key]) changed[key] = schema[key].map(change);
  for (const key of ONES) if (schema[key]) changed[key] = change(schema[key]);
  return changed;
}

/**
 * The schema with every `$ref` written out, so that whoever walks through it sees all there is. What
 * stands beside a `$ref` goes before what it names. Throws `definition-refused` for one that leads to
 * nothing or back to itself.
 */
export function plainSchema(root: JsonSchema): JsonSchema {
  const definitions = root.$defs ?? {};
  let parts = 0;
  const write = (schema: JsonSchema, within: readonly string[]): JsonSchema => {
    parts += 1;
    if (parts > MOST_PARTS) throw refused('is too large');
    const { $ref, $defs: _, ...own } = schema;
    const written = mapParts(own, (part) => write(part, within));
    if ($ref === undefined) return written;
    const name = $ref.replace('#/$defs/', '');
    const target = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    if (!target || within.includes(name)) throw refused(`leads to nothing or to itself: "${name}"`);
    return { ...write(target, [...within, name]), ...written };
  };
  return write(root, []);
}

function refused(why: string): ConcordatError {
  return new ConcordatError('definition-refused', `a schema ${why}`);
}
