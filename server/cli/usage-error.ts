import { ConcordatError } from '../../engine/errors.ts';

/** The command was written wrongly; the sentence says how it is written. */
export function usageError(sentence: string): ConcordatError {
  return new ConcordatError('bad-request', sentence);
}

/** A flag's text, or undefined when it is not given. */
export function textFlag(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
