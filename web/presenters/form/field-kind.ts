import type { JsonSchema, JsonType } from '../../../engine/json-schema.ts';

/** The control that asks for a value of this schema. */
export type FieldKind =
  | 'text'
  | 'textarea'
  | 'email'
  | 'date'
  | 'duration'
  | 'money'
  | 'integer'
  | 'number'
  | 'yes-no'
  | 'confirm'
  | 'choice'
  | 'choices'
  | 'document'
  | 'fieldset'
  | 'list'
  | 'fixed';

/** Formats whose values are picked from what the installation knows. */
const PICKED_FORMATS = ['person', 'organisation', 'instance'] as const;
export type PickedFormat = (typeof PICKED_FORMATS)[number];

export function pickedFormat(schema: JsonSchema): PickedFormat | undefined {
  return PICKED_FORMATS.find((format) => format === schema.format);
}

/** Works on a resolved schema; the items of a list are looked at as they are given. */
export function fieldKind(schema: JsonSchema, items?: JsonSchema): FieldKind {
  const type = mainType(schema);
  if (schema.const !== undefined) return schema.const === true ? 'confirm' : 'fixed';
  if (type === 'boolean') return 'yes-no';
  if (isChoice(schema)) return 'choice';
  if (type === 'array') return items !== undefined && isChoice(items) ? 'choices' : 'list';
  if (type === 'object') return 'fieldset';
  if (schema.format === 'money') return 'money';
  if (type === 'integer') return 'integer';
  if (type === 'number') return 'number';
  if (schema.format === 'document') return 'document';
  if (schema.format === 'date') return 'date';
  if (schema.format === 'duration') return 'duration';
  if (schema.format === 'email') return 'email';
  return schema.multiline === true ? 'textarea' : 'text';
}

function isChoice(schema: JsonSchema): boolean {
  return (
    schema.enum !== undefined ||
    pickedFormat(schema) !== undefined ||
    constants(schema) !== undefined
  );
}

/** The members of a `oneOf` or `anyOf` that lists constants with their titles. */
export function constants(schema: JsonSchema): readonly JsonSchema[] | undefined {
  const members = schema.oneOf ?? schema.anyOf;
  if (members === undefined || members.length === 0) return undefined;
  return members.every((member) => member.const !== undefined) ? members : undefined;
}

function mainType(schema: JsonSchema): JsonType | undefined {
  const { type } = schema;
  if (typeof type === 'string') return type;
  const named = type?.find((one) => one !== 'null');
  if (named !== undefined) return named;
  return schema.properties === undefined ? undefined : 'object';
}
