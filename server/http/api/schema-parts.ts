import type { JsonSchema } from '../../../engine/json-schema.ts';

/** Short ways to say the schemas of the API. Objects are closed: nothing comes that is not named. */
export const text = (description: string, more: JsonSchema = {}): JsonSchema => ({
  type: 'string',
  description,
  ...more,
});
export const whole = (description: string, more: JsonSchema = {}): JsonSchema => ({
  type: 'integer',
  description,
  ...more,
});
export const flag = (description: string): JsonSchema => ({ type: 'boolean', description });
export const id = (description: string): JsonSchema =>
  text(description, { pattern: '^[A-Za-z0-9._-]{1,100}$' });
export const sha256Hex = (description: string): JsonSchema =>
  text(description, { pattern: '^[0-9a-f]{64}$' });
export const instant = (description: string): JsonSchema =>
  text(`${description} (UTC)`, { format: 'date-time' });
export const list = (items: JsonSchema, description?: string): JsonSchema => ({
  type: 'array',
  items,
  ...(description === undefined ? {} : { description }),
});
export const nullable = (schema: JsonSchema): JsonSchema => ({
  anyOf: [schema, { type: 'null' }],
});
/** An object of which every property is there, but for those named in `optional`. */
export const record = (
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
/** An object whose fields a workflow decides. */
export const freeObject = (description: string): JsonSchema => ({ type: 'object', description });
/** A JSON Schema as data. */
export const schemaObject = (description: string): JsonSchema =>
  freeObject(`${description} (a JSON Schema)`);

/** Of those who may do something. */
export const titlesOfRoles = list({ type: 'string' }, 'Titles of the roles that may');
