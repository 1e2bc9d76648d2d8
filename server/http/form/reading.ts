import type { FieldSpec, FormFrame } from '../../../web/presenters/form/field-spec.ts';
import { DEFAULT_CURRENCY, type FormContext } from '../../../web/presenters/form/form-context.ts';
import type { FormError } from '../../../web/presenters/form/form-error.ts';
import type { FormFields } from '../../../web/presenters/form/form-fields.ts';

/** Reading a form back: what was typed, and the errors found on the way. */
export interface Reading extends FormFrame {
  readonly fields: FormFields;
  readonly context: FormContext;
  readonly errors: FormError[];
  /** Every field met, by its pointer, so that a later finding can be said in its words. */
  readonly specs: Map<string, FieldSpec>;
  /** What stands before a message: "Party 2: ". */
  readonly where: string;
}

export function currencyOf(reading: Reading): string {
  return reading.context.currency ?? DEFAULT_CURRENCY;
}
