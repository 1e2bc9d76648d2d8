import { ConcordatError } from './errors.ts';
import type { JsonObject } from './json-value.ts';
import type { JsonSchema } from './json-schema.ts';
import { validator } from './validate.ts';

/** Checks what a form sent; throws `invalid-input` with the problems in `details`. */
export function checkForm(schema: JsonSchema, fields: JsonObject): void {
  const problems = validator(schema)(fields);
  if (problems.length === 0) return;
  throw new ConcordatError('invalid-input', `the form was refused: ${problems[0]?.message}`, {
    userMessage: 'Some of the answers cannot be taken as they are. Check them and send them again.',
    details: { problems },
  });
}
