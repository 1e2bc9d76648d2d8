import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { didYouMean, listed, pointerTo, quoted, type Report, type RuleCode } from './finding.ts';
import { workflowSchema } from './schema/workflow-schema.ts';

let compiled: ValidateFunction | undefined;

/**
 * Checks a definition against the published schema and says each problem in plain English.
 * Answers true when there is none. The first call compiles the schema (about 50 ms).
 */
export function matchesSchema(definition: unknown, report: Report): boolean {
  compiled ??= new Ajv2020({ allErrors: true, verbose: true, strict: false }).compile(
    workflowSchema,
  );
  if (compiled(definition)) return true;
  for (const error of compiled.errors ?? []) tell(error, report);
  return false;
}

function tell(error: ErrorObject, report: Report): void {
  const { keyword, params, instancePath: at, schemaPath } = error;
  // `if` and `propertyNames` repeat what the error inside says; branches of a choice are summed up by it.
  if (keyword === 'if' || keyword === 'propertyNames' || /\/oneOf\/\d/u.test(schemaPath)) return;
  const parent = error.parentSchema as Readonly<Record<string, unknown>>;
  const about = typeof parent['description'] === 'string' ? parent['description'] : '';
  if (error.propertyName !== undefined) return tellName(error.propertyName, error, about, report);
  switch (keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      const known = Object.keys(parent['properties'] ?? {});
      return report(
        pointerTo(at, name),
        'unknown-keyword',
        `${quoted(name)} is not a word that can stand here.`,
        `${didYouMean(name, known)}What can stand here: ${listed(known, 30)}.`,
      );
    }
    case 'required': {
      const name = String(params['missingProperty']);
      const properties = (parent['properties'] ?? {}) as Record<string, { description?: string }>;
      const what = properties[name]?.description ?? about;
      return report(
        at,
        'missing-keyword',
        `${quoted(name)} is missing.`,
        `Add "${name}". ${what}`.trim(),
      );
    }
    case 'enum': {
      const values = (params['allowedValues'] as readonly unknown[]).map(String);
      return report(
        at,
        ruleOfChoice(values),
        `${quoted(error.data)} is not one of the values that can stand here.`,
        `${didYouMean(String(error.data), values)}Write one of: ${listed(values, 30)}.`,
      );
    }
    case 'oneOf':
      return report(at, 'exactly-one', 'Exactly one of several keywords is needed here.', about);
    case 'type':
      return report(
        at,
        'wrong-type',
        `This must be ${kinds(params['type'])}.`,
        about || `Write ${kinds(params['type'])}.`,
      );
    case 'pattern':
      return report(
        at,
        'wrong-form',
        `${quoted(error.data)} does not have the form that is needed here.`,
        about,
      );
    case 'uniqueItems':
      return report(at, 'said-twice', 'The same entry stands here twice.', 'Take one of them out.');
    case 'const':
      return report(
        at,
        'wrong-value',
        `This must be ${quoted(params['allowedValue'])}.`,
        `Write ${quoted(params['allowedValue'])}. ${about}`.trim(),
      );
    default:
      return report(
        at,
        'out-of-bounds',
        `This ${error.message ?? 'is out of bounds'}.`,
        about || 'Keep within the bound.',
      );
  }
}

function tellName(name: string, error: ErrorObject, about: string, report: Report): void {
  const at = pointerTo(error.instancePath, name);
  const inStates = /stateKey/u.test(error.schemaPath);
  if (inStates && /^\d+$/u.test(name)) {
    report(
      at,
      'number-as-state-key',
      `The state key ${quoted(name)} is a number; numbers are moved to the front of the machine.`,
      'Begin the key with a letter, such as "step1".',
    );
  } else if (
    /eventName/u.test(error.schemaPath) &&
    /^(xstate|concordat|effect|done|error)\.|^\*$/u.test(name)
  ) {
    report(
      at,
      'reserved-event',
      `Events called ${quoted(name)} are not free.`,
      'Choose a name in capitals, such as "RESOLVE"; for the result of an effect, "effect.document.NAME" or "effect.start.NAME".',
    );
  } else {
    report(at, 'wrong-name', `${quoted(name)} cannot be a name here.`, about);
  }
}

function ruleOfChoice(values: readonly string[]): RuleCode {
  if (values.includes('meets')) return 'unknown-guard';
  if (values.includes('record')) return 'unknown-action';
  if (values.includes('parallel')) return 'unknown-state-type';
  return 'unknown-value';
}

function kinds(type: unknown): string {
  const names: Record<string, string> = {
    object: 'an object',
    array: 'a list',
    string: 'a text',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    null: 'null',
  };
  const all = (Array.isArray(type) ? type : String(type).split(',')) as readonly string[];
  return all.map((one) => names[one] ?? one).join(' or ');
}
