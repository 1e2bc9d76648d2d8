import { ConcordatError } from './errors.ts';
import type { JsonObject } from './json-value.ts';
import type { JsonSchema } from './json-schema.ts';
import type { EngineEvent } from './scope.ts';

/**
 * Parts what a form gives from what it takes away: a field that need not be filled in and is sent as
 * null loses the value that the data hold. A field that is not sent at all stays as it is.
 */
export function partEmptied(
  form: JsonSchema,
  given: JsonObject,
): { readonly fields: JsonObject; readonly emptied: readonly string[] } {
  const emptied = Object.keys(given).filter(
    (name) => given[name] === null && canBeEmptied(form, name),
  );
  if (emptied.length === 0) return { fields: given, emptied };
  const fields = Object.entries(given).filter(([name]) => !emptied.includes(name));
  return { fields: Object.fromEntries(fields), emptied };
}

/** The names an event takes away, as its form was sent. */
export function emptiedBy(event: EngineEvent | JsonObject): readonly string[] {
  const names = event['emptied'];
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

/** Refuses (`invalid-input`) an event that takes away what its form does not let go of. */
export function checkEmptied(form: JsonSchema, event: EngineEvent): void {
  for (const name of emptiedBy(event)) {
    if (canBeEmptied(form, name) && event[name] === undefined) continue;
    throw new ConcordatError('invalid-input', `"${name}" cannot be left empty here`, {
      userMessage: 'One of the answers cannot be left empty. Check them and send them again.',
    });
  }
}

function canBeEmptied({ properties = {}, required = [] }: JsonSchema, name: string): boolean {
  return Object.hasOwn(properties, name) && !required.includes(name);
}
