import { isConcordatError } from '../../engine/errors.ts';

const LONGEST = 2_000;

/** Why a task did not work, for whoever looks after it; the log has the rest. */
export function failureInWords(error: unknown): string {
  if (isConcordatError(error)) return error.userMessage.slice(0, LONGEST);
  const message = error instanceof Error ? error.message : String(error);
  return `Something unexpected went wrong: ${message}`.slice(0, LONGEST);
}
