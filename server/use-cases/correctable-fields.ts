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
 * would drop the rest; what is private is recorded anew by whoever wrote it.
 */
export function correctableFields({
  head,
  scope,
  budget,
}: VisibleInstance): readonly CorrectableField[] {
  const { definition } = head.workflow;
  const { data } = head.commit.snapshot;
  const locks = budget.within(() =>
    (definition.locked ?? []).filter(
      ({ when }) => when === undefined || compileCel(when)(scope) !== false,
    ),
  );
  return Object.entries(definition.data.properties ?? {})
    .filter(([, { seenBy }]) => seenBy === undefined)
    .filter(([name, schema]) => fits(schema, data[name]))
    .map(([name, schema]) => ({
      name,
      schema,
      locked: locks.find(({ fields }) => fields.includes(name))?.otherwise ?? null,
    }));
}

/** Can a form show this value and give it back with nothing lost? */
function fits(schema: JsonSchema, value: JsonValue | undefined): boolean {
  if (schema.personal === true) return true;
  if (schema.items) {
    const { items } = schema;
    if (!fitsEmpty(items)) return false;
    return !Array.isArray(value) || value.every((item) => fits(items, item));
  }
  if (!isObjectSchema(schema)) return true;
  if (!fitsEmpty(schema)) return false;
  const properties = schema.properties ?? {};
  if (value === undefined || value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([name, inner]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return property !== undefined && fits(property, inner);
  });
}

/** Objects with names of their own choosing (a map) have no form. */
function fitsEmpty(schema: JsonSchema): boolean {
  if (schema.items) return fitsEmpty(schema.items);
  if (!isObjectSchema(schema)) return true;
  const properties = Object.values(schema.properties ?? {});
  return properties.length > 0 && properties.every((property) => fitsEmpty(property));
}

function isObjectSchema({ type, properties }: JsonSchema): boolean {
  return type === 'object' || properties !== undefined;
}
