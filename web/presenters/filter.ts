interface FilterChoice {
  readonly value: string;
  readonly text: string;
}

interface FilterField {
  readonly partial: 'partials/form/text' | 'partials/form/select';
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly type?: 'text';
  readonly value?: string;
  readonly options?: readonly (FilterChoice & { readonly chosen: boolean })[];
}

/** What `partials/filter` shows: a form that only looks. */
export interface FilterView {
  readonly action: string;
  /** Tells this search from others on the page for a screen reader. */
  readonly label: string;
  /** Something is left out, so that there is something to clear. */
  readonly active: boolean;
  readonly fields: readonly FilterField[];
}

/** A field for words to look for. */
export function filterText(name: string, label: string, value: string): FilterField {
  return { partial: 'partials/form/text', id: `f-${name}`, name, label, type: 'text', value };
}

/** A list to choose one of. */
export function filterSelect(
  name: string,
  label: string,
  choices: readonly FilterChoice[],
  value: string,
): FilterField {
  const options = choices.map((choice) => ({ ...choice, chosen: choice.value === value }));
  return { partial: 'partials/form/select', id: `f-${name}`, name, label, options };
}
