import type { JsonSchema } from '../json-schema.ts';

export type SchemaAtPath =
  | { readonly found: true; readonly schema: JsonSchema }
  | { readonly found: false; readonly name: string; readonly known: readonly string[] };

type Definitions = Readonly<Record<string, JsonSchema>>;

/** Chains of $ref longer than this are refused elsewhere; here they only end the search. */
const MOST_HOPS = 50;

const known = new WeakMap<JsonSchema, ReadonlyMap<string, JsonSchema>>();

/**
 * The schema of what stands at a path. Where a schema does not say what it holds, anything may stand
 * there. `$ref`s are looked up in the `$defs` of `root`.
 */
export function schemaAt(
  root: JsonSchema,
  path: readonly string[],
  definitions: Definitions = root.$defs ?? {},
): SchemaAtPath {
  let schema = resolved(root, definitions);
  for (const name of path) {
    const next = member(schema, name, definitions);
    if (next === undefined) {
      return { found: false, name, known: [...fieldsOf(schema, definitions).keys()] };
    }
    schema = resolved(next, definitions);
  }
  return { found: true, schema };
}

/** The fields an object may have, those of its branches included. */
export function fieldsOf(
  schema: JsonSchema,
  definitions: Definitions = schema.$defs ?? {},
): ReadonlyMap<string, JsonSchema> {
  const before = known.get(schema);
  if (before) return before;
  const fields = new Map<string, JsonSchema>();
  collect(resolved(schema, definitions), definitions, fields, 0);
  known.set(schema, fields);
  return fields;
}

/** The schema itself, or the one its `$ref` names; `{}` when that leads nowhere. */
export function resolved(schema: JsonSchema, definitions: Definitions): JsonSchema {
  let found = schema;
  for (let hop = 0; hop < MOST_HOPS && found.$ref !== undefined; hop += 1) {
    const name = found.$ref.replace('#/$defs/', '');
    const target = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    if (target === undefined || target === found) return {};
    found = target;
  }
  return found.$ref === undefined ? found : {};
}

function collect(
  schema: JsonSchema,
  definitions: Definitions,
  fields: Map<string, JsonSchema>,
  depth: number,
): void {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (!fields.has(name)) fields.set(name, field);
  }
  if (depth >= 3) return;
  for (const branch of branchesOf(schema)) {
    collect(resolved(branch, definitions), definitions, fields, depth + 1);
  }
}

function member(
  schema: JsonSchema,
  name: string,
  definitions: Definitions,
): JsonSchema | undefined {
  const isList = schema.items !== undefined || schema.type === 'array';
  if (isList && /^\d+$/u.test(name)) return schema.items ?? {};
  const fields = fieldsOf(schema, definitions);
  const field = fields.get(name);
  if (field !== undefined) return field;
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties;
  const says =
    isList ||
    fields.size > 0 ||
    schema.properties !== undefined ||
    schema.additionalProperties === false ||
    isScalar(schema);
  return says ? undefined : {};
}

function isScalar(schema: JsonSchema): boolean {
  const types: readonly string[] =
    schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types.length > 0) return types.every((type) => type !== 'object' && type !== 'array');
  return schema.const !== undefined || schema.enum !== undefined;
}

function branchesOf(schema: JsonSchema): readonly JsonSchema[] {
  return [
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.then ? [schema.then] : []),
    ...(schema.else ? [schema.else] : []),
  ];
}
