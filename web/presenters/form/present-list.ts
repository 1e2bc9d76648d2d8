import { commonView, type Presenting } from './common-view.ts';
import { type FieldSpec, itemTitle, rowLimits, rowSpec } from './field-spec.ts';
import type { FieldView, ListView } from './field-view.ts';
import { typedRows } from './form-fields.ts';
import { midSentence } from '../../../engine/mid-sentence.ts';

/** A repeating group: rows with "Remove", and "Add another" below; plain submit buttons. */
export function presentList(
  presenting: Presenting,
  spec: FieldSpec,
  presentField: (presenting: Presenting, spec: FieldSpec) => FieldView,
): ListView {
  const { least, most } = rowLimits(spec);
  const count = Math.max(typedRows(presenting.fields, spec.name, most), least);
  const added = presenting.focus?.did === 'add' && presenting.focus.name === spec.name;
  const rows = Array.from({ length: count }, (_, index) => {
    const row = rowSpec(presenting, spec, index);
    const field = presentField(presenting, row);
    return {
      name: row.name,
      title: row.label,
      field: added && index === count - 1 ? focused(field) : field,
      removable: count > least,
    };
  });
  return {
    ...commonView(presenting, spec),
    partial: 'partials/form/list',
    legendSize: spec.path.length > 1 ? 's' : 'm',
    count,
    rows,
    canAdd: count < most,
    addText: addText(spec, itemTitle(presenting, spec), count),
    fullText: `You can give up to ${most}.`,
    autofocus:
      presenting.focus?.did === 'remove' &&
      presenting.focus.name.replace(/\[\d+\]$/, '') === spec.name,
  };
}

/** "Add a party", "Add another party"; "Add another name" where the item is an "Other name". */
function addText(spec: FieldSpec, title: string | undefined, count: number): string {
  if (title === undefined) return `Add to ${midSentence(spec.label)}`;
  const item = midSentence(title);
  if (item.startsWith('other ')) return `Add another ${item.slice('other '.length)}`;
  if (count > 0) return `Add another ${item}`;
  return `Add ${/^[aeio]/.test(item) ? 'an' : 'a'} ${item}`;
}

/** The same field with the keyboard in its first control. */
function focused(field: FieldView): FieldView {
  switch (field.partial) {
    case 'partials/form/fieldset': {
      const [first, ...rest] = field.fields;
      return first ? { ...field, fields: [focused(first), ...rest] } : field;
    }
    case 'partials/form/date': {
      const [first, ...rest] = field.parts;
      return first ? { ...field, parts: [{ ...first, autofocus: true }, ...rest] } : field;
    }
    case 'partials/form/radios':
    case 'partials/form/checkboxes': {
      const [first, ...rest] = field.options;
      return first ? { ...field, options: [{ ...first, autofocus: true }, ...rest] } : field;
    }
    case 'partials/form/list': {
      const [first, ...rest] = field.rows;
      return first
        ? { ...field, rows: [{ ...first, field: focused(first.field) }, ...rest] }
        : { ...field, autofocus: true };
    }
    default:
      return { ...field, autofocus: true };
  }
}
