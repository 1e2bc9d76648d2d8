import { ConcordatError, isConcordatError } from '../../engine/errors.ts';

/** A record that does not say what it must. */
export function damaged(
  what: string,
  details: Record<string, unknown>,
  cause?: unknown,
): ConcordatError {
  return new ConcordatError('store-damaged', what, {
    details,
    cause,
    userMessage: `Part of what is stored is damaged and is not shown: ${what}. Ask the administrator to run “concordat verify” and to restore a backup.`,
  });
}

/** Whether something failed because what is stored is damaged. */
export function isDamaged(error: unknown): error is ConcordatError {
  return isConcordatError(error) && error.code === 'store-damaged';
}
