import { Temporal } from 'temporal-polyfill';
import type { JsonObject, JsonValue } from '../json-value.ts';
import type { JsonSchema } from '../json-schema.ts';
import { validator } from '../validate.ts';

/** What samples are made from: where the instance stands and who there is. */
export interface SampleWorld {
  /** The date where the instance is. */
  readonly today: string;
  readonly at: string;
  readonly organisations: readonly string[];
}

/** At most so many ways to fill in one form. */
const MOST_SAMPLES = 16;

/**
 * Ways to fill in a form: with the first of each choice, with one organisation only, with dates in
 * the past and later, with nothing that may be left out, and with each other choice. All of them fit
 * the schema; there are none when no sample can be made.
 */
export function sampleForms(schema: JsonSchema, world: SampleWorld): readonly JsonObject[] {
  const definitions = schema.$defs ?? {};
  const fill = (change: Partial<SampleWorld>, chosen: JsonObject = {}): JsonObject => ({
    ...objectSample(schema, { ...world, ...change }, definitions),
    ...chosen,
  });
  const full = fill({});
  const required = new Set(schema.required ?? []);
  const samples: JsonObject[] = [
    full,
    ...world.organisations.map((one) => fill({ organisations: [one] })),
    ...[30, -30, 400].map((days) => fill({ today: daysAfter(world.today, days) })),
    Object.fromEntries(Object.entries(full).filter(([name]) => required.has(name))),
  ];
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    for (const choice of choicesOf(resolve(field, definitions)).slice(1)) {
      samples.push(fill({}, { [name]: choice }));
    }
  }
  const check = validator(schema);
  const seen = new Set<string>();
  return samples
    .filter((sample) => {
      const text = JSON.stringify(sample);
      return !seen.has(text) && seen.add(text) && check(sample).length === 0;
    })
    .slice(0, MOST_SAMPLES);
}

/** One value that a schema takes, as far as its keywords tell; `undefined` when none is found. */
export function sampleValue(
  schema: JsonSchema,
  world: SampleWorld,
  definitions: Readonly<Record<string, JsonSchema>> = schema.$defs ?? {},
): JsonValue | undefined {
  const field = resolve(schema, definitions);
  const [choice] = choicesOf(field);
  if (choice !== undefined) return choice;
  const type = typeof field.type === 'string' ? field.type : field.type?.[0];
  switch (type) {
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return Math.max(field.minimum ?? 1, Math.min(1, field.maximum ?? 1));
    case 'array':
      return listSample(field, world, definitions);
    case 'object':
      return objectSample(field, world, definitions);
    case 'null':
      return null;
    default:
      return textSample(field, world);
  }
}

function objectSample(
  schema: JsonSchema,
  world: SampleWorld,
  definitions: Readonly<Record<string, JsonSchema>>,
): JsonObject {
  const entries = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const value = sampleValue(field, world, definitions);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** A list of organisations names all of them; any other list gets as few entries as it may have. */
function listSample(
  field: JsonSchema,
  world: SampleWorld,
  definitions: Readonly<Record<string, JsonSchema>>,
): JsonValue {
  const items = resolve(field.items ?? {}, definitions);
  const perOrganisation =
    items.format === 'organisation' || items.properties?.['organisation'] !== undefined;
  const worlds = perOrganisation
    ? world.organisations.map((one) => ({ ...world, organisations: [one] }))
    : Array.from({ length: Math.max(1, field.minItems ?? 1) }, () => world);
  return worlds
    .slice(0, field.maxItems ?? worlds.length)
    .flatMap((one) => sampleValue(items, one, definitions) ?? []);
}

/** Tried in turn where a pattern has to be matched. */
const TEXTS = ['Sample', '1', '12', '1234', 'A', 'AB', 'A1', '01234 567890', 'SW1A 1AA', '09:00'];

function textSample(field: JsonSchema, world: SampleWorld): JsonValue | undefined {
  switch (field.format) {
    case 'date':
      return world.today;
    case 'date-time':
      return world.at;
    case 'email':
      return 'sample@example.org';
    case 'person':
      return `${world.organisations[0] ?? 'somebody'}-person`;
    case 'organisation':
      return world.organisations[0];
    case 'duration':
      return 'P1M';
    case 'document':
      return '0'.repeat(64);
    case 'uri':
      return 'https://example.org/';
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
    default: {
      const check = validator(field);
      const padded = TEXTS.map((text) =>
        text.padEnd(field.minLength ?? 0, '.').slice(0, field.maxLength),
      );
      return padded.find((text) => check(text).length === 0);
    }
  }
}

function choicesOf(field: JsonSchema): readonly JsonValue[] {
  if (field.const !== undefined) return [field.const as JsonValue];
  if (field.enum) return field.enum as readonly JsonValue[];
  const constants = (field.oneOf ?? []).flatMap(({ const: value }) =>
    value === undefined ? [] : [value as JsonValue],
  );
  if (constants.length > 0) return constants;
  return field.type === 'boolean' ? [true, false] : [];
}

function resolve(
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  if (schema.$ref === undefined) return schema;
  return definitions[schema.$ref.replace('#/$defs/', '')] ?? {};
}

function daysAfter(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}
