import type { JsonSchema } from '../../engine/json-schema.ts';
import { fieldSpec, type FormFrame } from './form/field-spec.ts';
import type { FieldsetView, FieldView } from './form/field-view.ts';
import { fillFields } from './form/fill-fields.ts';
import type { FormContext } from './form/form-context.ts';
import type { FormError, FormFocus } from './form/form-error.ts';
import type { FormFields } from './form/form-fields.ts';
import { presentField } from './form/present-field.ts';

export interface FormView {
  readonly action: string;
  readonly submit: string;
  readonly submitKind: '' | 'warning';
  readonly multipart: boolean;
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  readonly fields: readonly FieldView[];
  /** Stands below the fields; empty for nothing. */
  readonly note: string;
  readonly errors: readonly FormError[];
}

export interface PresentForm {
  readonly schema: JsonSchema;
  /** Where the form is posted to. */
  readonly action: string;
  /** What the form opens with. */
  readonly values?: unknown;
  /** What was typed; stands in place of `values` when the form comes back. */
  readonly typed?: FormFields;
  readonly errors?: readonly FormError[];
  readonly focus?: FormFocus;
  readonly idPrefix?: string;
  readonly context?: FormContext;
  readonly submit?: string;
  readonly submitKind?: 'warning';
  readonly hidden?: Readonly<Record<string, string>>;
}

/** The view model of a form made from its schema; `partials/form/form` shows it. */
export function presentForm(given: PresentForm): FormView {
  const context = given.context ?? {};
  const errors = given.errors ?? [];
  const frame: FormFrame = { root: given.schema, idPrefix: given.idPrefix ?? '' };
  const fields = given.typed ?? fillFields({ schema: given.schema, values: given.values, context });
  const whole = presentField(
    { ...frame, fields, context, errors, focus: given.focus ?? null },
    fieldSpec(frame, given.schema, [], { required: true }),
  ) as FieldsetView;
  return {
    action: given.action,
    submit: given.submit ?? 'Continue',
    submitKind: given.submitKind ?? '',
    multipart: hasUpload(whole),
    hidden: Object.entries(given.hidden ?? {}).map(([name, value]) => ({ name, value })),
    fields: whole.fields,
    note: context.people && namesPeople(given.schema) ? SOMEBODY_MISSING : '',
    errors,
  };
}

const SOMEBODY_MISSING =
  'Somebody is missing in a list of people? They are invited first, on the page of the partnership.';

function namesPeople(schema: JsonSchema): boolean {
  return JSON.stringify(schema).includes('"format":"person"');
}

function hasUpload(view: FieldView): boolean {
  if (view.partial === 'partials/form/upload') return true;
  if (view.partial === 'partials/form/fieldset') return view.fields.some(hasUpload);
  if (view.partial === 'partials/form/list') return view.rows.some((row) => hasUpload(row.field));
  return false;
}
