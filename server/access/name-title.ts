/** How ids look: `newId` makes twenty letters and digits. */
const ID = /(?<![A-Za-z\d])[A-Za-z\d]{20}(?![A-Za-z\d])/gu;

/** The ids in a text, each once. */
export function idsIn(text: string): readonly string[] {
  return [...new Set(text.match(ID))];
}

/**
 * A record's title for a reader. Titles are made from recorded data, where organisations and people
 * are ids ("Readiness: <id>"); ids cannot be guessed, so no text that somebody typed is taken for one.
 */
export function titleWithNames(names: ReadonlyMap<string, string>, title: string): string {
  return title.replaceAll(ID, (id) => names.get(id) ?? id);
}
