import { FIRST_YEAR, LAST_YEAR } from './usable-year.ts';
import { choicesOf } from '../../../web/presenters/form/choices.ts';
import { type FieldSpec, itemsOf } from '../../../web/presenters/form/field-spec.ts';
import { type FormFields, typedText } from '../../../web/presenters/form/form-fields.ts';
import { cleanText } from './clean-text.ts';
import { unreadableMessage } from './field-message.ts';
import { parseDate } from './parse-date.ts';
import { parseDuration } from './parse-duration.ts';
import { parseMoney } from './parse-money.ts';
import { parseNumber } from './parse-number.ts';
import { currencyOf, type Reading } from './reading.ts';
import { uploadProblem } from './upload-problem.ts';

export type Outcome =
  | { readonly value: unknown }
  | { readonly message: string; readonly parts?: readonly string[] };

const NOTHING: Outcome = { value: undefined };

/** One control by itself: nothing, a value, or why what was typed is no value. */
export function readControl(reading: Reading, spec: FieldSpec): Outcome {
  const { fields } = reading;
  const typed = cleanText(typedText(fields, spec.name));
  switch (spec.kind) {
    case 'fixed':
      return { value: spec.schema.const };
    case 'date':
      return readDate(fields, spec);
    case 'choice':
    case 'choices':
      return readChoices(reading, spec);
    case 'confirm':
      return typed === 'yes' ? { value: true } : NOTHING;
    case 'document': {
      const problem = uploadProblem(fields, spec);
      if (problem !== undefined) return { message: problem };
      const hash = typedText(fields, `${spec.name}.hash`);
      if (hash === '') return NOTHING;
      return /^[0-9a-f]{64}$/.test(hash) ? { value: hash } : { message: unreadableMessage(spec) };
    }
    default:
      if (typed === '') return NOTHING;
      return readText(reading, spec, typed);
  }
}

function readText(reading: Reading, spec: FieldSpec, typed: string): Outcome {
  const value = parseTyped(reading, spec, typed);
  if (value === undefined || (spec.kind === 'integer' && !Number.isSafeInteger(value))) {
    return { message: unreadableMessage(spec) };
  }
  return { value };
}

function parseTyped(reading: Reading, { kind }: FieldSpec, typed: string) {
  switch (kind) {
    case 'money':
      return parseMoney(typed, currencyOf(reading));
    case 'integer':
    case 'number':
      return parseNumber(typed);
    case 'yes-no':
      return { yes: true, no: false }[typed];
    case 'duration':
      return parseDuration(typed);
    default:
      return typed;
  }
}

function readDate(fields: FormFields, spec: FieldSpec): Outcome {
  const parsed = parseDate({
    day: typedText(fields, `${spec.name}.day`),
    month: typedText(fields, `${spec.name}.month`),
    year: typedText(fields, `${spec.name}.year`),
  });
  switch (parsed.kind) {
    case 'empty':
      return NOTHING;
    case 'date':
      return { value: parsed.date };
    case 'missing':
      return {
        message: `${spec.label} must include a ${parsed.parts.join(' and a ')}`,
        parts: parsed.parts,
      };
    case 'short-year':
      return {
        message: `${spec.label} must include all four figures of the year, like 2027`,
        parts: ['year'],
      };
    case 'far-year':
      return {
        message: `${spec.label} must be in a year from ${FIRST_YEAR} to ${LAST_YEAR}`,
        parts: ['year'],
      };
    default:
      return { message: unreadableMessage(spec), parts: parsed.parts };
  }
}

function readChoices(reading: Reading, spec: FieldSpec): Outcome {
  const several = spec.kind === 'choices';
  const chosen = (reading.fields.get(spec.name) ?? []).filter((text) => text !== '');
  if (chosen.length === 0) return NOTHING;
  const schema = several ? itemsOf(reading, spec.schema) : spec.schema;
  const offered = choicesOf(schema, reading.context);
  const values: unknown[] = [];
  for (const text of several ? [...new Set(chosen)] : chosen.slice(0, 1)) {
    const choice = offered?.find((one) => one.value === text);
    if (offered && !choice) return { message: unreadableMessage(spec) };
    values.push(choice ? choice.json : text);
  }
  return { value: several ? values : values[0] };
}
