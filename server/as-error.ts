/** What a callback hands over as its error, as an Error: libraries do not promise that it is one. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
