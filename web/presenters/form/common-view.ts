import type { FieldKind } from './field-kind.ts';
import type { FieldSpec, FormFrame } from './field-spec.ts';
import { pointerOf } from './field-name.ts';
import type { FormContext } from './form-context.ts';
import type { FormError, FormFocus } from './form-error.ts';
import type { FormFields } from './form-fields.ts';

/** What every presenter of a field is handed down. */
export interface Presenting extends FormFrame {
  readonly fields: FormFields;
  readonly context: FormContext;
  readonly errors: readonly FormError[];
  readonly focus: FormFocus | null;
}

/** How a value is typed, where nothing else is said of it. */
const EXAMPLES: Partial<Record<FieldKind, string>> = {
  date: 'For example, 27 3 2027',
  duration: 'For example, 12 weeks',
};

/** What all fields have in common, and whose ids describe the control. */
export function commonView(
  presenting: Presenting,
  spec: FieldSpec,
  more: { hint?: string; counter?: boolean } = {},
) {
  const hint = more.hint ?? spec.schema.description ?? EXAMPLES[spec.kind] ?? '';
  const error = errorAt(presenting, spec)?.message ?? '';
  const describedBy = [
    hint === '' ? '' : `${spec.id}-hint`,
    error === '' ? '' : `${spec.id}-error`,
    more.counter === true ? `${spec.id}-info` : '',
  ];
  return {
    id: spec.id,
    name: spec.name,
    label: spec.label,
    strong: spec.path.length === 1,
    optional: !spec.required,
    hint,
    error,
    describedBy: describedBy.filter((id) => id !== '').join(' '),
    autofocus: false,
  };
}

export function errorAt(presenting: Presenting, spec: FieldSpec): FormError | undefined {
  const path = pointerOf(spec.path);
  return presenting.errors.find((error) => error.path === path);
}
