/**
 * What was typed, exactly as it was typed: each control's posted name with its values. A flat map
 * on purpose: nothing posted ever becomes the name of an object's property.
 */
export type FormFields = ReadonlyMap<string, readonly string[]>;

/** The control in which a submit button says what it does. */
export const ACTION_FIELD = '_action';

/** The first value under a name, or the empty text. */
export function typedText(fields: FormFields, name: string): string {
  return fields.get(name)?.[0] ?? '';
}

/** How many rows of a list were on the page, whatever was typed into them; never above `limit`. */
export function typedRows(fields: FormFields, name: string, limit: number): number {
  const said = Number.parseInt(typedText(fields, `${name}.rows`), 10);
  let count = Number.isInteger(said) && said > 0 ? said : 0;
  for (const key of fields.keys()) {
    if (!key.startsWith(`${name}[`)) continue;
    const index = Number.parseInt(key.slice(name.length + 1), 10);
    if (Number.isInteger(index)) count = Math.max(count, index + 1);
  }
  return Math.min(count, limit);
}
