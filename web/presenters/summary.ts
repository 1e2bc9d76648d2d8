import { durationInWords } from '../../engine/describe/duration-words.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import { choicesOf } from './form/choices.ts';
import {
  childSpecs,
  type FieldSpec,
  fieldSpec,
  type FormFrame,
  itemsOf,
  rowSpec,
} from './form/field-spec.ts';
import { DEFAULT_CURRENCY, type FormContext } from './form/form-context.ts';
import { midSentence } from '../../engine/mid-sentence.ts';
import { formatDate } from './format-date.ts';
import { formatMoney } from './format-money.ts';

/** A value as it is read: text, a link, a list, or named parts. */
type SummaryValue =
  | { readonly text: string; readonly empty?: true; readonly href?: string }
  | { readonly list: readonly SummaryValue[]; readonly bullets: boolean }
  | { readonly rows: readonly SummaryRow[] };

export interface SummaryRow {
  readonly key: string;
  readonly value: SummaryValue;
  readonly change?: { readonly href: string; readonly what: string };
}

export interface CheckAnswers {
  readonly schema: JsonSchema;
  readonly values: unknown;
  readonly context?: FormContext;
  /** Where one answer is changed, by the id of its control; absent: nothing can be changed here. */
  readonly changeHref?: (controlId: string) => string;
  /** What stands for an empty answer; absent: rows without a value are left out. */
  readonly emptyText?: string;
}

const NONE: SummaryValue = { text: 'Not given', empty: true };

/** Values by their schema as rows of a summary list, in words: dates, sums, names instead of ids. */
export function checkAnswers(given: CheckAnswers): readonly SummaryRow[] {
  const frame: FormFrame = { root: given.schema, idPrefix: '' };
  const whole = fieldSpec(frame, given.schema, [], { required: true });
  return childSpecs(frame, whole)
    .filter((spec) => spec.kind !== 'fixed')
    .flatMap((spec) => {
      const value = readable(frame, spec, own(given.values, spec), given.context ?? {});
      if (value === undefined && given.emptyText === undefined) return [];
      const href = given.changeHref?.(spec.id);
      return [
        {
          key: spec.label,
          value: value ?? { ...NONE, text: given.emptyText ?? '' },
          ...(href === undefined ? {} : { change: { href, what: midSentence(spec.label) } }),
        },
      ];
    });
}

function readable(
  frame: FormFrame,
  spec: FieldSpec,
  value: unknown,
  context: FormContext,
): SummaryValue | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  switch (spec.kind) {
    case 'yes-no':
    case 'confirm':
      return { text: value === true ? 'Yes' : 'No' };
    case 'money':
      return { text: formatMoney(Number(value), context.currency ?? DEFAULT_CURRENCY) };
    case 'integer':
    case 'number':
      return { text: Number(value).toLocaleString('en-GB', { maximumFractionDigits: 10 }) };
    case 'date':
      return { text: dateOr(said(value)) };
    case 'duration':
      return { text: durationInWords(said(value)) };
    case 'choice':
      return { text: chosen(spec.schema, value, context) };
    case 'choices':
      return many(
        listOf(value).map((one) => ({ text: chosen(itemsOf(frame, spec.schema), one, context) })),
      );
    case 'document':
      return document(said(value), context);
    case 'list':
      return many(
        listOf(value).map(
          (row, index) => readable(frame, rowSpec(frame, spec, index), row, context) ?? { ...NONE },
        ),
      );
    case 'fieldset': {
      const rows = childSpecs(frame, spec).flatMap((child) => {
        const inner = readable(frame, child, own(value, child), context);
        return inner === undefined || child.kind === 'fixed'
          ? []
          : [{ key: child.label, value: inner }];
      });
      return rows.length === 0 ? undefined : { rows };
    }
    default:
      return { text: said(value) };
  }
}

/** A date that is none (data from an older definition) is shown as it stands. */
function dateOr(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? formatDate(text) : text;
}

function chosen(schema: JsonSchema, value: unknown, context: FormContext): string {
  const choice = choicesOf(schema, context)?.find((one) => one.json === value);
  return choice?.text ?? said(value);
}

function document(hash: string, context: FormContext): SummaryValue {
  const text = context.documents?.get(hash) ?? 'Uploaded file';
  return context.documentUrl ? { text, href: context.documentUrl(hash) } : { text };
}

function many(list: readonly SummaryValue[]): SummaryValue | undefined {
  if (list.length === 0) return undefined;
  return { list, bullets: list.every((one) => 'text' in one) && list.length > 1 };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function own(value: unknown, spec: FieldSpec): unknown {
  const key = String(spec.path.at(-1));
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function said(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
