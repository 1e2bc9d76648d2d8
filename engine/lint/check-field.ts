import type { JsonSchema } from '../json-schema.ts';
import { didYouMean, listed, quoted, type Report } from './finding.ts';
import { resolved } from './schema-path.ts';

/** The schema of a data field; reports a name the data do not have. */
export function checkField(
  name: string,
  pointer: string,
  data: JsonSchema,
  report: Report,
): JsonSchema | undefined {
  const fields = data.properties ?? {};
  if (Object.hasOwn(fields, name)) return resolved(fields[name] ?? {}, data.$defs ?? {});
  report(
    pointer,
    'unknown-field',
    `The data have no field ${quoted(name)}.`,
    `${didYouMean(name, Object.keys(fields))}Add it to the data, or write one of: ${listed(Object.keys(fields))}.`,
  );
  return undefined;
}
