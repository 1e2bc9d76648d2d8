/** Where a field sits in the values: property names and, inside lists, row numbers. */
export type FieldPath = readonly (string | number)[];

/** The name a control is posted under: `parties[0].organisation`. */
export function fieldName(path: FieldPath): string {
  return path.reduce<string>(
    (name, step) =>
      typeof step === 'number' ? `${name}[${step}]` : name === '' ? step : `${name}.${step}`,
    '',
  );
}

/** The id of a control on the page: `parties-0-organisation`. */
export function fieldId(prefix: string, path: FieldPath): string {
  return `${prefix}${path.join('-')}`;
}

/** The same place as a JSON pointer: `/parties/0/organisation`. */
export function pointerOf(path: FieldPath): string {
  return path
    .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
