import { type SchemaProblem, validator } from '../../../engine/validate.ts';
import {
  childSpecs,
  type FieldSpec,
  firstControlId,
  itemTitle,
  rowLimits,
  rowSpec,
} from '../../../web/presenters/form/field-spec.ts';
import { pointerOf } from '../../../web/presenters/form/field-name.ts';
import { typedRows } from '../../../web/presenters/form/form-fields.ts';
import { midSentence } from '../../../engine/mid-sentence.ts';
import { missingMessage, problemMessage } from './field-message.ts';
import { isBlank } from './is-blank.ts';
import { readControl } from './read-control.ts';
import { currencyOf, type Reading } from './reading.ts';

/** The field's value, or `undefined` when it is left empty or cannot be read (then an error says so). */
export function readField(reading: Reading, spec: FieldSpec): unknown {
  reading.specs.set(pointerOf(spec.path), spec);
  if (spec.kind === 'fieldset') return readFieldset(reading, spec);
  if (spec.kind === 'list') return readList(reading, spec);
  const outcome = readControl(reading, spec);
  if ('message' in outcome) {
    report(reading, spec, outcome.message, outcome.parts);
    return undefined;
  }
  if (outcome.value === undefined) {
    if (spec.required) report(reading, spec, missingMessage(spec));
    return undefined;
  }
  checkAgainstSchema(reading, spec, outcome.value);
  return outcome.value;
}

/** Adds an error, in the place of the field, unless the field has one already. */
export function report(
  reading: Reading,
  spec: FieldSpec,
  message: string,
  parts?: readonly string[],
): void {
  const path = pointerOf(spec.path);
  if (reading.errors.some((error) => error.path === path)) return;
  const control =
    spec.kind === 'date' && parts?.[0] !== undefined
      ? `${spec.id}-${parts[0]}`
      : firstControlId(reading, spec);
  const said = reading.where === '' ? message : `${reading.where}: ${midSentence(message)}`;
  reading.errors.push({ path, href: `#${control}`, message: said, ...(parts ? { parts } : {}) });
}

function readFieldset(reading: Reading, spec: FieldSpec): unknown {
  if (!spec.required && isBlank(reading.fields, spec.name)) return undefined;
  const value: Record<string, unknown> = {};
  for (const child of childSpecs(reading, spec)) {
    const read = readField(reading, child);
    if (read !== undefined) value[String(child.path.at(-1))] = read;
  }
  return value;
}

function readList(reading: Reading, spec: FieldSpec): unknown {
  const { most } = rowLimits(spec);
  const count = typedRows(reading.fields, spec.name, most + 1);
  const item = itemTitle(reading, spec);
  if (count === 0) {
    if (spec.required) report(reading, spec, missingMessage(spec, item));
    return undefined;
  }
  const rows: unknown[] = [];
  for (let index = 0; index < count; index += 1) {
    const row = rowSpec(reading, spec, index);
    // A row of several fields is named before its message; a row of one is in the message itself.
    const where = row.kind === 'fieldset' ? row.label : reading.where;
    rows.push(readField({ ...reading, where }, row));
  }
  const { minItems = 0, uniqueItems } = spec.schema;
  const limits = { currency: currencyOf(reading), item };
  const say = (keyword: string, limit: number): void =>
    report(reading, spec, problemMessage(spec, countProblem(keyword, limit), limits));
  if (count < minItems) say('minItems', minItems);
  if (count > most) say('maxItems', most);
  if (uniqueItems === true && new Set(rows.map((row) => JSON.stringify(row))).size < rows.length) {
    say('uniqueItems', 0);
  }
  return rows;
}

function checkAgainstSchema(reading: Reading, spec: FieldSpec, value: unknown): void {
  const problem =
    spec.kind === 'choices' ? wrongCount(spec, value) : validator(spec.schema)(value)[0];
  if (!problem) return;
  const words = { currency: currencyOf(reading) };
  report(reading, spec, problemMessage(spec, problem, words));
}

/** Too few or too many ticks; each tick was read against what was on offer. */
function wrongCount(spec: FieldSpec, value: unknown): SchemaProblem | undefined {
  const count = Array.isArray(value) ? value.length : 0;
  const { minItems = 0, maxItems = Infinity } = spec.schema;
  if (count < minItems) return countProblem('minItems', minItems);
  return count > maxItems ? countProblem('maxItems', maxItems) : undefined;
}

function countProblem(keyword: string, limit: number): SchemaProblem {
  return { path: '', keyword, params: { limit }, message: keyword };
}
