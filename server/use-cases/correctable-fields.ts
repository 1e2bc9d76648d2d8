import { compileCel } from '../../engine/cel.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import type { JsonValue } from '../../engine/json-value.ts';
import type { VisibleInstance } from '../access/visible-instance.ts';

/** A field of an instance's data that a form can ask for anew. */
export interface CorrectableField {
  readonly name: string;
  readonly schema: JsonSchema;
  /** Why it can no longer be corrected, and what to do instead; null when it can. */
  readonly locked: string | null;
}

/**
 * The fields of the data that a correction can change: each that a form can ask for whole. Lists
 * whose entries hold more than their schema names are left to the workflow's own steps, since a form
 * would drop the rest.
 */
export function correctableFields({ head, scope }: VisibleInstance): readonly CorrectableField[] {
  const { definition } = head.workflow;
  const { data } = head.commit.snapshot;
  const locks = (definition.locked ?? []).filter(
    ({ when }) => when === undefined || compileCel(when)(scope) !== false,
  );
  return Object.entries(definition.data.properties ?? {})
    .filter(([name, schema]) => fits(schema, data[name], definition.data.$defs ?? {}))
    .map(([name, schema]) => ({
      name,
      schema,
      locked: locks.find(({ fields }) => fields.includes(name))?.otherwise ?? null,
    }));
}

type Definitions = Readonly<Record<string, JsonSchema>>;

/** Can a form show this value and give it back with nothing lost? */
function fits(given: JsonSchema, value: JsonValue | undefined, defs: Definitions): boolean {
  const schema = resolved(given, defs);
  if (schema.personal === true) return true;
  if (schema.items) {
    const { items } = schema;
    if (!fitsEmpty(items, defs)) return false;
    return !Array.isArray(value) || value.every((item) => fits(items, item, defs));
  }
  if (!isObjectSchema(schema)) return true;
  if (!fitsEmpty(schema, defs)) return false;
  const properties = schema.properties ?? {};
  if (value === undefined || value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([name, inner]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return property !== undefined && fits(property, inner, defs);
  });
}

/** Objects with names of their own choosing (a map) have no form. */
function fitsEmpty(given: JsonSchema, defs: Definitions): boolean {
  const schema = resolved(given, defs);
  if (schema.items) return fitsEmpty(schema.items, defs);
  if (!isObjectSchema(schema)) return true;
  const properties = Object.values(schema.properties ?? {});
  return properties.length > 0 && properties.every((property) => fitsEmpty(property, defs));
}

function isObjectSchema({ type, properties }: JsonSchema): boolean {
  return type === 'object' || properties !== undefined;
}

function resolved(schema: JsonSchema, defs: Definitions): JsonSchema {
  const name = schema.$ref?.split('/').at(-1);
  return name !== undefined && Object.hasOwn(defs, name) ? { ...defs[name], ...schema } : schema;
}
