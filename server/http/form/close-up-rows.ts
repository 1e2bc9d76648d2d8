import {
  childSpecs,
  type FieldSpec,
  type FormFrame,
  rowLimits,
  rowSpec,
} from '../../../web/presenters/form/field-spec.ts';
import { type FormFields, typedRows } from '../../../web/presenters/form/form-fields.ts';
import { keepRows } from './form-action.ts';
import { isBlank } from './is-blank.ts';

/** Drops rows in which nothing was typed, so that an unused "Add another" is no mistake. */
export function closeUpRows(frame: FormFrame, spec: FieldSpec, fields: FormFields): FormFields {
  if (spec.kind === 'fieldset') {
    return childSpecs(frame, spec).reduce(
      (after, child) => closeUpRows(frame, child, after),
      fields,
    );
  }
  if (spec.kind !== 'list') return fields;
  const count = typedRows(fields, spec.name, rowLimits(spec).most + 1);
  if (count === 0) return fields;
  const kept = Array.from({ length: count }, (_, index) => index).filter(
    (index) => !isBlank(fields, `${spec.name}[${index}]`),
  );
  const closed = keepRows(fields, spec.name, kept);
  return kept.reduce((after, _, at) => closeUpRows(frame, rowSpec(frame, spec, at), after), closed);
}
