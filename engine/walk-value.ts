import type { JsonObject, JsonValue } from './json-value.ts';
import type { JsonSchema } from './json-schema.ts';

/** Looks at a value and its schema; what it answers takes the value's place, and is not looked into. */
type Look = (value: JsonValue, schema: JsonSchema, path: string) => JsonValue | undefined;

/**
 * Goes through a value together with its (plain) schema: fields, entries of lists, and fields with
 * names of their own choosing. Answers the value with what was replaced. `path` is a JSON pointer.
 */
export function walkValue(value: JsonValue, schema: JsonSchema, look: Look, path = ''): JsonValue {
  const replaced = look(value, schema, path);
  if (replaced !== undefined) return replaced;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      walkValue(item, schema.items ?? {}, look, `${path}/${index}`),
    );
  }
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, item]) => [
      name,
      walkValue(item, fieldSchema(schema, name), look, `${path}/${name}`),
    ]),
  );
}

function fieldSchema({ properties, additionalProperties }: JsonSchema, name: string): JsonSchema {
  if (properties && Object.hasOwn(properties, name)) return properties[name] ?? {};
  return typeof additionalProperties === 'object' ? additionalProperties : {};
}
