import type { JsonSchema } from '../../../engine/json-schema.ts';
import { type FieldKind, fieldKind } from './field-kind.ts';
import { type FieldPath, fieldId, fieldName } from './field-name.ts';
import { humanise } from './humanise.ts';
import { resolveSchema } from './resolve-schema.ts';

/** Lists are bounded by their `maxItems`; one without is held to this. */
const MOST_ROWS = 100;

/** One field of a form, read off the schema once for showing and for reading it back. */
export interface FieldSpec {
  readonly kind: FieldKind;
  readonly schema: JsonSchema;
  readonly path: FieldPath;
  readonly name: string;
  readonly id: string;
  readonly label: string;
  readonly required: boolean;
}

export interface FormFrame {
  readonly root: JsonSchema;
  readonly idPrefix: string;
}

export function fieldSpec(
  frame: FormFrame,
  raw: JsonSchema,
  path: FieldPath,
  as: { label?: string; required: boolean },
): FieldSpec {
  const schema = resolveSchema(raw, frame.root);
  const items = schema.items && resolveSchema(schema.items, frame.root);
  return {
    kind: fieldKind(schema, items),
    schema,
    path,
    name: fieldName(path),
    id: fieldId(frame.idPrefix, path),
    label: as.label ?? schema.title ?? humanise(String(path.at(-1) ?? '')),
    required: as.required,
  };
}

/** The fields directly inside an object, in the order of its schema. */
export function childSpecs(frame: FormFrame, parent: FieldSpec): readonly FieldSpec[] {
  return Object.entries(parent.schema.properties ?? {})
    .filter(([key]) => !['__proto__', 'constructor', 'prototype'].includes(key))
    .map(([key, property]) =>
      fieldSpec(frame, property, [...parent.path, key], {
        required: parent.schema.required?.includes(key) ?? false,
      }),
    );
}

/** One row of a list: "Party 2", or "Other names 2" where the items have no title of their own. */
export function rowSpec(frame: FormFrame, list: FieldSpec, index: number): FieldSpec {
  const items = itemsOf(frame, list.schema);
  return fieldSpec(frame, items, [...list.path, index], {
    label: `${items.title ?? list.label} ${index + 1}`,
    required: true,
  });
}

/** What one item of a list is called: "Party"; `undefined` where the author gave it no title. */
export function itemTitle(frame: FormFrame, list: FieldSpec): string | undefined {
  return itemsOf(frame, list.schema).title;
}

export function itemsOf(frame: FormFrame, schema: JsonSchema): JsonSchema {
  return resolveSchema(schema.items ?? {}, frame.root);
}

/** The fewest rows that are shown, and the most that may be added. */
export function rowLimits(list: FieldSpec): { readonly least: number; readonly most: number } {
  const most = Math.min(list.schema.maxItems ?? MOST_ROWS, MOST_ROWS);
  const least = Math.max(list.schema.minItems ?? 0, list.required ? 1 : 0);
  return { least: Math.min(least, most), most };
}

/** The control that an error about this field leads to. */
export function firstControlId(frame: FormFrame, spec: FieldSpec): string {
  if (spec.kind === 'date') return `${spec.id}-day`;
  if (spec.kind === 'fieldset') {
    const first = childSpecs(frame, spec).find((child) => child.kind !== 'fixed');
    return first ? firstControlId(frame, first) : spec.id;
  }
  if (spec.kind === 'list') {
    return rowLimits(spec).least > 0
      ? firstControlId(frame, rowSpec(frame, spec, 0))
      : `${spec.id}-add`;
  }
  return spec.id;
}
