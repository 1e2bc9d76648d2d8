import type { JsonObject } from '../../../engine/json-value.ts';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import type { FormContext } from '../../../web/presenters/form/form-context.ts';
import { lookUp } from '../../../web/presenters/form/look-up.ts';

/**
 * The answers, with null for each field that opened with what the record holds and came back empty:
 * whoever empties a field means to take its value away, and not to leave it as it was.
 */
export function withLeftEmpty(
  { properties = {} }: JsonSchema,
  { scope = {} }: FormContext,
  values: JsonObject,
): JsonObject {
  const emptied = Object.entries(properties).flatMap(([name, { prefill }]): [string, null][] =>
    prefill === `data.${name}` && values[name] === undefined && isGiven(lookUp(scope, prefill))
      ? [[name, null]]
      : [],
  );
  return emptied.length === 0 ? values : { ...values, ...Object.fromEntries(emptied) };
}

function isGiven(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== '';
}
