import type { JsonSchema } from '../../engine/json-schema.ts';
import { inWords } from '../../engine/in-words.ts';
import { titleWithNames } from '../../server/access/name-title.ts';
import type { FormContext } from './form/form-context.ts';
import { formatInstant } from './format-date.ts';
import { checkAnswers, type SummaryRow } from './summary.ts';

/** What it takes to read recorded values aloud. */
export interface Speaking {
  readonly context: FormContext;
  /** Names by id of people, organisations and records. */
  readonly names: ReadonlyMap<string, string>;
  readonly timeZone: string;
}

type SummaryValue = SummaryRow['value'];

/** Recorded values by their schema as rows in words; rows without a value are left out. */
export function spokenRows(
  speaking: Speaking,
  schema: JsonSchema,
  values: unknown,
): readonly SummaryRow[] {
  const rows = checkAnswers({ schema, values, context: speaking.context });
  return rows.map((row) => ({ ...row, value: spoken(speaking, row.value) }));
}

/** One value as a row; undefined where there is nothing to say. */
export function spokenRow(
  speaking: Speaking,
  whole: JsonSchema,
  name: string,
  value: unknown,
): SummaryRow | undefined {
  const property = whole.properties?.[name];
  if (property === undefined) return undefined;
  const schema: JsonSchema = {
    type: 'object',
    properties: { [name]: property },
    ...(whole.$defs ? { $defs: whole.$defs } : {}),
  };
  return spokenRows(speaking, schema, { [name]: value })[0];
}

/** The same as one line of text, for sentences and cells. */
export function spokenText(
  speaking: Speaking,
  whole: JsonSchema,
  name: string,
  value: unknown,
): string {
  const row = spokenRow(speaking, whole, name, value);
  return row === undefined ? '' : lineOf(row.value);
}

function spoken(speaking: Speaking, value: SummaryValue): SummaryValue {
  if ('list' in value) {
    return { ...value, list: value.list.map((one) => spoken(speaking, one)) };
  }
  if ('rows' in value) {
    return { rows: value.rows.map((row) => ({ ...row, value: spoken(speaking, row.value) })) };
  }
  return { ...value, text: spokenScalar(speaking, value.text) };
}

/** An id that no schema declares as one, an instant, or a hash is not left for people to puzzle over. */
export function spokenScalar({ names, timeZone }: Speaking, text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/u.test(text)) {
    return formatInstant(text, timeZone);
  }
  if (/^[0-9a-f]{64}$/u.test(text)) return `${text.slice(0, 8)}…`;
  return titleWithNames(names, text);
}

function lineOf(value: SummaryValue): string {
  if ('list' in value) return inWords(value.list.map(lineOf), 'and');
  if ('rows' in value)
    return value.rows.map((row) => `${row.key}: ${lineOf(row.value)}`).join('; ');
  return value.text;
}
