import type { JsonSchema } from '../../../engine/json-schema.ts';

const DEFS = '#/$defs/';
const merged = new WeakMap<JsonSchema, JsonSchema>();

/**
 * The schema a form can be made from: a local `$ref` followed, `allOf` laid together. The answer for
 * one schema is always the same object, so that validators compiled for it are found again.
 */
export function resolveSchema(schema: JsonSchema, root: JsonSchema, depth = 0): JsonSchema {
  if (depth > 8) return schema;
  if (schema.$ref === undefined && schema.allOf === undefined) return schema;
  const known = merged.get(schema);
  if (known) return known;
  const { $ref, allOf, ...own } = schema;
  const target =
    $ref?.startsWith(DEFS) === true ? root.$defs?.[$ref.slice(DEFS.length)] : undefined;
  const parts = [...(target ? [target] : []), ...(allOf ?? [])].map((part) =>
    resolveSchema(part, root, depth + 1),
  );
  const whole = [...parts, own].reduce<JsonSchema>((left, right) => {
    const properties = { ...left.properties, ...right.properties };
    const required = [...(left.required ?? []), ...(right.required ?? [])];
    return {
      ...left,
      ...right,
      ...(Object.keys(properties).length > 0 ? { properties } : {}),
      ...(required.length > 0 ? { required } : {}),
    };
  }, {});
  merged.set(schema, whole);
  return whole;
}
