import { ConcordatError } from '../../engine/errors.ts';

/**
 * An instant as a number, so that '…00Z' and '…00.000Z' sort alike. Throws `internal` for what is
 * no instant.
 */
export function instantKey(instant: string): number {
  const milliseconds = Date.parse(instant);
  if (Number.isNaN(milliseconds)) {
    throw new ConcordatError('internal', `“${instant}” is not an instant`);
  }
  return milliseconds;
}
