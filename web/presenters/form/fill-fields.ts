import { durationInWords } from '../../../engine/describe/duration-words.ts';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import { moneyAsTyped } from '../format-money.ts';
import { fieldKind } from './field-kind.ts';
import { fieldName, type FieldPath } from './field-name.ts';
import { DEFAULT_CURRENCY, type FormContext } from './form-context.ts';
import type { FormFields } from './form-fields.ts';
import { lookUp } from './look-up.ts';
import { resolveSchema } from './resolve-schema.ts';

/** Values, then what is to be filled in beforehand, then defaults, written as a person would type them. */
export function fillFields(given: {
  schema: JsonSchema;
  values: unknown;
  context: FormContext;
}): FormFields {
  const fields = new Map<string, readonly string[]>();
  fill({ ...given, root: given.schema, fields }, given.schema, given.values, []);
  return fields;
}

interface Filling {
  readonly root: JsonSchema;
  readonly context: FormContext;
  readonly fields: Map<string, readonly string[]>;
}

function fill(filling: Filling, raw: JsonSchema, given: unknown, path: FieldPath): void {
  const schema = resolveSchema(raw, filling.root);
  const items = schema.items && resolveSchema(schema.items, filling.root);
  const value = given ?? openingValue(schema, filling.context);
  const name = fieldName(path);
  const put = (text: string, suffix = ''): void => {
    filling.fields.set(`${name}${suffix}`, [text]);
  };
  const kind = fieldKind(schema, items);
  if (kind === 'fieldset') {
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      fill(filling, property, ownValue(value, key), [...path, key]);
    }
    return;
  }
  if (value === undefined || value === null) return;
  if (kind === 'list') {
    const rows = Array.isArray(value) ? (value as unknown[]) : [];
    put(String(rows.length), '.rows');
    rows.forEach((row, index) => fill(filling, items ?? {}, row, [...path, index]));
  } else if (kind === 'choices') {
    filling.fields.set(name, Array.isArray(value) ? value.map(String) : []);
  } else if (kind === 'date') {
    const [year = '', month = '', day = ''] = asText(value).split('-');
    put(day.replace(/^0/, ''), '.day');
    put(month.replace(/^0/, ''), '.month');
    put(year, '.year');
  } else if (kind === 'money') {
    put(
      typeof value === 'number'
        ? moneyAsTyped(value, filling.context.currency ?? DEFAULT_CURRENCY)
        : asText(value),
    );
  } else if (kind === 'duration') {
    put(durationInWords(asText(value)));
  } else if (kind === 'yes-no') {
    put(value === true ? 'yes' : value === false ? 'no' : '');
  } else if (kind === 'confirm') {
    if (value === true) put('yes');
  } else if (kind === 'document') {
    put(asText(value), '.hash');
    put(filling.context.documents?.get(asText(value)) ?? 'Uploaded file', '.name');
  } else if (kind !== 'fixed') {
    put(asText(value));
  }
}

function openingValue(schema: JsonSchema, context: FormContext): unknown {
  const prefilled =
    schema.prefill === undefined ? undefined : lookUp(context.scope ?? {}, schema.prefill);
  return prefilled ?? schema.default;
}

function ownValue(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
