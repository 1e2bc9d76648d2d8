import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ConcordatError } from '../../engine/errors.ts';

/** Throws `invalid-input`, with `details.mistakes: { path, message }[]`, unless the data fits. */
export type DataValidator = (data: unknown) => void;

/** Formats that say which field a form shows; they ask nothing of the value itself. */
const FORM_FORMATS = ['party', 'money', 'multiline'];

/** Compiles a template's data schema. Throws `template-refused` when it is not a JSON Schema. */
export function compileDataSchema(
  schema: Readonly<Record<string, unknown>>,
  path: string,
): DataValidator {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
  addFormats.default(ajv);
  for (const format of FORM_FORMATS) ajv.addFormat(format, true);
  let validate: ReturnType<typeof ajv.compile>;
  try {
    validate = ajv.compile(schema);
  } catch (cause) {
    throw new ConcordatError('template-refused', `${path}: dataSchema: ${String(cause)}`, {
      cause,
    });
  }
  return (data) => {
    if (validate(data)) return;
    const mistakes = (validate.errors ?? []).map(mistakeOf);
    throw new ConcordatError(
      'invalid-input',
      `the data does not fit ${path}: ${mistakes.map((m) => `${m.path} ${m.message}`).join('; ')}`,
      {
        userMessage:
          'The document cannot be drawn up yet: some of what it says is missing or wrong.',
        details: { mistakes },
      },
    );
  };
}

function mistakeOf(error: ErrorObject): { path: string; message: string } {
  const missing: unknown = error.params['missingProperty'] ?? error.params['additionalProperty'];
  const path =
    typeof missing === 'string' ? `${error.instancePath}/${missing}` : error.instancePath;
  return { path, message: error.message ?? 'is wrong' };
}
