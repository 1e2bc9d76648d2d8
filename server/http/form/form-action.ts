import {
  ACTION_FIELD,
  type FormFields,
  typedText,
} from '../../../web/presenters/form/form-fields.ts';

/** What the pressed button asks for. */
export type FormAction =
  | { readonly did: 'submit' }
  | { readonly did: 'add'; readonly name: string }
  | { readonly did: 'remove'; readonly name: string };

export function formAction(fields: FormFields): FormAction {
  const [did, ...rest] = typedText(fields, ACTION_FIELD).split(':');
  const name = rest.join(':');
  return (did === 'add' || did === 'remove') && name !== '' ? { did, name } : { did: 'submit' };
}

/** The fields after "Add another" or "Remove"; everything else stays as it was typed. */
export function applyAction(fields: FormFields, action: FormAction): FormFields {
  if (action.did === 'submit') return fields;
  if (action.did === 'add') return addRow(fields, action.name);
  const row = /^(.*)\[(\d+)\]$/.exec(action.name);
  const list = row?.[1] ?? '';
  if (row && fields.has(`${list}.rows`)) return removeRow(fields, list, Number(row[2]));
  return removeUpload(fields, action.name);
}

function addRow(fields: FormFields, list: string): FormFields {
  const rows = Number.parseInt(typedText(fields, `${list}.rows`), 10);
  if (!Number.isInteger(rows)) return fields;
  return new Map([...fields, [`${list}.rows`, [String(rows + 1)]]]);
}

function removeRow(fields: FormFields, list: string, gone: number): FormFields {
  const rows = Number.parseInt(typedText(fields, `${list}.rows`), 10);
  const kept = Array.from(
    { length: Number.isInteger(rows) ? Math.min(rows, 1000) : 0 },
    (_, i) => i,
  );
  return keepRows(
    fields,
    list,
    kept.filter((index) => index !== gone),
  );
}

function removeUpload(fields: FormFields, name: string): FormFields {
  return new Map([...fields].filter(([key]) => key !== `${name}.hash` && key !== `${name}.name`));
}

/** Only these rows of a list, closed up in this order. */
export function keepRows(fields: FormFields, list: string, kept: readonly number[]): FormFields {
  const place = new Map(kept.map((index, at) => [index, at]));
  const after = new Map<string, readonly string[]>();
  for (const [key, texts] of fields) {
    const inside = key.startsWith(`${list}[`)
      ? /^(\d+)\](.*)$/.exec(key.slice(list.length + 1))
      : null;
    if (!inside) {
      after.set(key, texts);
      continue;
    }
    const at = place.get(Number(inside[1]));
    if (at !== undefined) after.set(`${list}[${at}]${inside[2] ?? ''}`, texts);
  }
  after.set(`${list}.rows`, [String(kept.length)]);
  return after;
}
