import type { ConcordatError, ErrorDetails } from '../../engine/errors.ts';

/** In the details of an error after which nobody knows yet whether what was asked for has been recorded. */
export const OUTCOME_UNKNOWN: ErrorDetails = { outcome: 'unknown' };

/** Whether what failed may have been recorded all the same. */
export function mayBeRecorded({ details }: ConcordatError): boolean {
  return details['outcome'] === OUTCOME_UNKNOWN['outcome'];
}
