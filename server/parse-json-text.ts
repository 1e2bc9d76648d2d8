/** Parses what somebody wrote by hand. Throws a `SyntaxError` that says where it is no JSON and what to write. */
export async function parseJsonText(text: string): Promise<unknown> {
  const json = withoutMark(text);
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    // Loaded only where it is needed: a server that starts does not wait for it.
    const { sayJsonFault } = await import('./json-fault.ts');
    throw new SyntaxError(sayJsonFault(json) ?? String(cause), { cause });
  }
}

/** The text of a file without the invisible mark (U+FEFF) that some editors put in front when they save. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
