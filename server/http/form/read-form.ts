import type { JsonSchema } from '../../../engine/json-schema.ts';
import { validator } from '../../../engine/validate.ts';
import { fieldSpec, type FormFrame } from '../../../web/presenters/form/field-spec.ts';
import type { FormContext } from '../../../web/presenters/form/form-context.ts';
import type { FormError } from '../../../web/presenters/form/form-error.ts';
import { type FormFields, typedText } from '../../../web/presenters/form/form-fields.ts';
import { sha256 } from '../../sha256.ts';
import { closeUpRows } from './close-up-rows.ts';
import { problemMessage } from './field-message.ts';
import { applyAction, type FormAction, formAction } from './form-action.ts';
import { readField, report } from './read-field.ts';
import { currencyOf, type Reading } from './reading.ts';
import { keptDocuments, withUploads } from './form-uploads.ts';
import type { FormUpload, PostedFile } from './posted-file.ts';

export interface ReadForm {
  readonly schema: JsonSchema;
  readonly fields: FormFields;
  readonly files?: readonly PostedFile[];
  /** The same as the form was shown with: an answer that was not on offer is refused. */
  readonly context?: FormContext;
  readonly idPrefix?: string;
}

export interface FormReading {
  /** Typed JSON; whole only when `errors` is empty and `action.did` is `submit`. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly errors: readonly FormError[];
  readonly action: FormAction;
  /** What to show again: everything as it was typed, after "Add another" or "Remove". */
  readonly typed: FormFields;
  readonly uploads: readonly FormUpload[];
  /** Hashes that came from hidden fields, not with this request: check that the person may use them. */
  readonly kept: readonly string[];
}

/** Reads a posted form by its schema; the schema itself is the final word. */
export function readForm(given: ReadForm): FormReading {
  const frame: FormFrame = { root: given.schema, idPrefix: given.idPrefix ?? '' };
  const whole = fieldSpec(frame, given.schema, [], { required: true });
  const action = formAction(given.fields);
  const { fields, uploads } = withUploads(given.fields, given.files ?? [], sha256);
  const acted = applyAction(fields, action);
  const typed = action.did === 'submit' ? closeUpRows(frame, whole, acted) : acted;
  const reading: Reading = {
    ...frame,
    fields: typed,
    context: given.context ?? {},
    errors: [],
    specs: new Map(),
    where: '',
  };
  const values = readField(reading, whole) as Record<string, unknown>;
  if (reading.errors.length === 0) checkWhole(reading, given.schema, values);
  const errors = action.did === 'submit' ? reading.errors : [];
  return {
    values,
    errors,
    action,
    typed,
    uploads: uploads.filter(({ hash }) => isAskedFor(reading, hash)),
    kept: keptDocuments(reading.specs, typed, uploads),
  };
}

/** A file that came for no field of the form is let go. */
function isAskedFor({ specs, fields }: Reading, hash: string): boolean {
  return [...specs.values()].some(
    ({ kind, name }) => kind === 'document' && typedText(fields, `${name}.hash`) === hash,
  );
}

/** Rules over several fields (`if`, `dependentRequired`, …) that no single field could find broken. */
function checkWhole(reading: Reading, schema: JsonSchema, values: unknown): void {
  const problems = validator(schema)(values);
  for (const problem of problems) {
    const missing = problem.params['missingProperty'];
    const path =
      typeof missing === 'string' && problem.keyword === 'required'
        ? `${problem.path}/${missing.replaceAll('~', '~0').replaceAll('/', '~1')}`
        : problem.path;
    const spec = reading.specs.get(path);
    if (!spec || path === '') continue;
    report(reading, spec, problemMessage(spec, problem, { currency: currencyOf(reading) }));
    return;
  }
  if (problems.length > 0) {
    reading.errors.push({
      path: '',
      href: '',
      message: 'These answers do not fit together. Check them and send the form again',
    });
  }
}
