interface ChoiceSchema {
  readonly properties?: Readonly<Record<string, ChoiceSchema>>;
  readonly items?: ChoiceSchema;
  readonly oneOf?: readonly { readonly const?: unknown; readonly title?: string }[];
}

/**
 * The human title of a coded value: follows `path` (`terms.legalEffect`, `items[].state`) through a
 * JSON Schema to its `oneOf: [{ const, title }]`. Undefined where the schema names no such choice.
 */
export function titleOfChoice(schema: unknown, path: string, value: unknown): string | undefined {
  let place: ChoiceSchema | undefined = schema as ChoiceSchema;
  for (const step of path.replaceAll('[]', '.[]').split('.')) {
    place = step === '[]' ? place?.items : place?.properties?.[step];
  }
  return place?.oneOf?.find((choice) => choice.const === value)?.title;
}
