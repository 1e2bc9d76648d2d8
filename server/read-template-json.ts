import type { ValidateFunction } from 'ajv/dist/2020.js';
import { ConcordatError } from '../engine/errors.ts';
import { parseJsonText } from './parse-json-text.ts';

/** Reads the JSON of a template. Throws `template-refused` that names the file and each mistake. */
export async function readTemplateJson<T>(
  json: string,
  path: string,
  fits: ValidateFunction<T>,
): Promise<T> {
  let value: unknown;
  try {
    value = await parseJsonText(json);
  } catch (cause) {
    throw new ConcordatError('template-refused', `${path} is not JSON: ${String(cause)}`, {
      cause,
    });
  }
  if (fits(value)) return value;
  const mistakes = (fits.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  throw new ConcordatError('template-refused', `${path}: ${mistakes.join('; ')}`);
}
