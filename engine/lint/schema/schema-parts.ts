/**
 * Small parts the schema of a workflow file is made of. It is written in TypeScript, so that the
 * compiler keeps each object's keys the same as those of the type it describes; the published file
 * `workflows/workflow.schema.json` is this, as JSON (a test holds that).
 */
export type SchemaPart = { readonly [keyword: string]: unknown };

/** A closed object whose properties are exactly the keys of `T`. */
export function objectOf<T>(
  description: string,
  properties: Readonly<Record<keyof T & string, SchemaPart>>,
  required: readonly (keyof T & string)[] = [],
): SchemaPart {
  return {
    description,
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties,
    additionalProperties: false,
  };
}

/** One `part`, or a list of them. */
export function oneOrMore(part: SchemaPart, description: string): SchemaPart {
  return {
    description,
    if: { type: 'array' },
    // biome-ignore lint: `then` is a keyword of JSON Schema here
    // oxlint-disable-next-line unicorn/no-thenable
    then: { type: 'array', items: part, minItems: 1, maxItems: 50 },
    else: part,
  };
}

/** `part`, when the property `type` of the object is `name`. */
export function whenType(name: string, part: SchemaPart): SchemaPart {
  return {
    if: { properties: { type: { const: name } }, required: ['type'] },
    // oxlint-disable-next-line unicorn/no-thenable
    then: part,
  };
}

export function text(description: string, maxLength = 500): SchemaPart {
  return { description, type: 'string', minLength: 1, maxLength };
}

export function flag(description: string): SchemaPart {
  return { description, type: 'boolean' };
}

export function ref(name: string, description?: string): SchemaPart {
  return { $ref: `#/$defs/${name}`, ...(description === undefined ? {} : { description }) };
}

export function listOf(items: SchemaPart, description: string, minItems = 1): SchemaPart {
  return { description, type: 'array', items, minItems, maxItems: 200, uniqueItems: true };
}

/** An object used as a map: names on the left, `part` on the right. */
export function mapOf(
  names: SchemaPart,
  part: SchemaPart,
  description: string,
  maxProperties = 200,
): SchemaPart {
  return {
    description,
    type: 'object',
    propertyNames: names,
    additionalProperties: part,
    maxProperties,
  };
}
