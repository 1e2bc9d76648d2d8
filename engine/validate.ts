import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { RE2JS } from 're2js';
import type { JsonSchema } from './json-schema.ts';

/** One thing that is wrong, as Ajv says it: `path` is a JSON pointer into the value. */
export interface SchemaProblem {
  readonly path: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export type Validator = (value: unknown) => readonly SchemaProblem[];

/** Our own annotations; they say how a field is shown and kept, and forbid nothing. */
const ANNOTATIONS = [
  'personal',
  'seenBy',
  'multiline',
  'prefill',
  'rows',
  'ofParty',
  'actsFor',
  'anywhere',
  'hidden',
  'under',
];

// ajv-formats is CommonJS whose default export is the function itself or sits under `default`.
const addFormats = addFormatsModule as unknown as (ajv: Ajv2020, formats: string[]) => void;

/** Patterns run in linear time whatever is typed: RE2, never the built-in engine. */
const linearRegExp = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    return {
      test: (text: string) => compiled.matcher(text).find(),
      // Ajv caches patterns by this text.
      toString: () => `re2:${pattern}`,
    };
  },
  { code: 'linearRegExp' },
);

const ID = /^[\w.-]{1,100}$/u;

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: false,
    strict: false,
    // The type asks for a full RegExp; Ajv calls only `test`.
    code: { regExp: linearRegExp },
    ownProperties: true,
    validateSchema: false,
  });
  addFormats(ajv, ['date', 'date-time', 'time', 'email', 'uri', 'uuid', 'duration']);
  for (const format of ['person', 'organisation', 'instance']) {
    ajv.addFormat(format, (text: string) => ID.test(text));
  }
  ajv.addFormat('money', {
    type: 'number',
    validate: (pence: number) => Number.isSafeInteger(pence),
  });
  ajv.addFormat('document', true);
  for (const keyword of ANNOTATIONS) ajv.addKeyword(keyword);
  return ajv;
}

const ajv = createAjv();
const validators = new WeakMap<object, Validator>();

/**
 * A check of values against a schema, compiled once per schema object. The schema itself is not
 * checked again: lint has done that before a definition is used.
 */
export function validator(schema: JsonSchema): Validator {
  const known = validators.get(schema);
  if (known) return known;
  const validate: ValidateFunction = ajv.compile(schema);
  // Ajv would keep every schema for ever; ours are kept as long as somebody holds them.
  ajv.removeSchema(schema);
  const check: Validator = (value) => (validate(value) ? [] : (validate.errors ?? []).map(problem));
  validators.set(schema, check);
  return check;
}

function problem(error: ErrorObject): SchemaProblem {
  return {
    path: error.instancePath,
    keyword: error.keyword,
    params: error.params as Readonly<Record<string, unknown>>,
    message: error.message ?? error.keyword,
  };
}
