import type { FieldsForm, FormSpec } from './definition.ts';
import type { JsonSchema } from './json-schema.ts';

function isFieldsForm(form: FormSpec): form is FieldsForm {
  return 'fields' in form;
}

/**
 * The JSON Schema of a form. A form that names data fields takes their schemas, opening with what
 * the data holds (`prefill`).
 */
export function formSchema(form: FormSpec | undefined, data: JsonSchema): JsonSchema {
  if (form === undefined) return { type: 'object', properties: {}, additionalProperties: false };
  if (!isFieldsForm(form)) return { type: 'object', additionalProperties: false, ...form };
  const properties = Object.fromEntries(
    form.fields.map((name) => [name, { prefill: `data.${name}`, ...data.properties?.[name] }]),
  );
  return {
    type: 'object',
    properties,
    required: form.required ?? [],
    additionalProperties: false,
    ...(data.$defs ? { $defs: data.$defs } : {}),
  };
}
