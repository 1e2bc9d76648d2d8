import { currencyName, currencySign } from '../format-money.ts';
import { commonView, errorAt, type Presenting } from './common-view.ts';
import { childSpecs, type FieldSpec } from './field-spec.ts';
import type {
  ConfirmView,
  DateView,
  FieldView,
  TextareaView,
  TextView,
  UploadView,
} from './field-view.ts';
import { DEFAULT_CURRENCY } from './form-context.ts';
import { typedText } from './form-fields.ts';
import { presentList } from './present-list.ts';
import { presentOptions } from './present-options.ts';
import {
  UPLOAD_ACCEPT,
  UPLOAD_BYTES,
  UPLOAD_KINDS_TEXT,
  UPLOAD_SIZE_TEXT,
} from './upload-limits.ts';

/** One field, with everything inside it. */
export function presentField(presenting: Presenting, spec: FieldSpec): FieldView {
  switch (spec.kind) {
    case 'fieldset':
      return {
        ...commonView(presenting, spec),
        partial: 'partials/form/fieldset',
        legendSize: spec.path.length > 1 ? 's' : 'm',
        fields: childSpecs(presenting, spec)
          .filter((child) => child.kind !== 'fixed')
          .map((child) => presentField(presenting, child)),
      };
    case 'list':
      return presentList(presenting, spec, presentField);
    case 'choice':
    case 'choices':
    case 'yes-no':
      return presentOptions(presenting, spec);
    case 'confirm':
      return presentConfirm(presenting, spec);
    case 'date':
      return presentDate(presenting, spec);
    case 'document':
      return presentUpload(presenting, spec);
    case 'textarea':
      return presentTextarea(presenting, spec);
    default:
      return presentText(presenting, spec);
  }
}

function presentText(presenting: Presenting, spec: FieldSpec): TextView {
  const { kind, schema } = spec;
  const number = kind === 'integer' || kind === 'number';
  const currency = presenting.context.currency ?? DEFAULT_CURRENCY;
  return {
    ...commonView(presenting, spec),
    partial: 'partials/form/text',
    type: kind === 'email' ? 'email' : 'text',
    value: typedText(presenting.fields, spec.name),
    width: number ? '5' : kind === 'money' || kind === 'duration' ? '10' : narrow(schema.maxLength),
    inputmode: kind === 'integer' ? 'numeric' : number || kind === 'money' ? 'decimal' : '',
    autocomplete: '',
    spellcheckOff: kind !== 'text',
    prefix: kind === 'money' ? currencySign(currency) : '',
    unit: kind === 'money' ? currencyName(currency) : '',
  };
}

/** A short answer gets a short box, so that the box says how much is wanted. */
function narrow(maxLength: number | undefined): string {
  if (maxLength === undefined || maxLength > 20) return '';
  return maxLength > 10 ? '20' : '10';
}

function presentTextarea(presenting: Presenting, spec: FieldSpec): TextareaView {
  const maxLength = spec.schema.maxLength ?? null;
  return {
    ...commonView(presenting, spec, { counter: maxLength !== null }),
    partial: 'partials/form/textarea',
    value: typedText(presenting.fields, spec.name),
    rows: spec.schema.rows ?? 5,
    maxLength,
  };
}

function presentConfirm(presenting: Presenting, spec: FieldSpec): ConfirmView {
  return {
    ...commonView(presenting, spec),
    partial: 'partials/form/confirm',
    chosen: typedText(presenting.fields, spec.name) === 'yes',
  };
}

const DATE_PARTS = [
  { part: 'day', label: 'Day', width: '2', inputmode: 'numeric' },
  // A month may be typed as a word, so its keyboard has letters.
  { part: 'month', label: 'Month', width: '3', inputmode: 'text' },
  { part: 'year', label: 'Year', width: '4', inputmode: 'numeric' },
];

function presentDate(presenting: Presenting, spec: FieldSpec): DateView {
  const error = errorAt(presenting, spec);
  return {
    ...commonView(presenting, spec),
    partial: 'partials/form/date',
    parts: DATE_PARTS.map(({ part, label, width, inputmode }) => ({
      id: `${spec.id}-${part}`,
      name: `${spec.name}.${part}`,
      label,
      width,
      inputmode,
      value: typedText(presenting.fields, `${spec.name}.${part}`),
      wrong: error !== undefined && (error.parts?.includes(part) ?? true),
      autofocus: false,
    })),
  };
}

function presentUpload(presenting: Presenting, spec: FieldSpec): UploadView {
  const hash = typedText(presenting.fields, `${spec.name}.hash`);
  const rule = `${UPLOAD_KINDS_TEXT}, up to ${UPLOAD_SIZE_TEXT}.`;
  const { description } = spec.schema;
  return {
    ...commonView(presenting, spec, { hint: description ? `${description} ${rule}` : rule }),
    partial: 'partials/form/upload',
    kept: hash === '' ? null : { hash, name: typedText(presenting.fields, `${spec.name}.name`) },
    accept: UPLOAD_ACCEPT,
    maxBytes: UPLOAD_BYTES,
    maxText: UPLOAD_SIZE_TEXT,
  };
}
