import { ConcordatError, isConcordatError } from '../../engine/errors.ts';

/** Express and its body parsers throw errors of their own; they become ours here. */
export function asOurError(error: unknown): ConcordatError {
  if (isConcordatError(error)) return error;
  const status = statusIn(error);
  const message = error instanceof Error ? error.message : String(error);
  if (status === 413) {
    return new ConcordatError('too-large', message, {
      cause: error,
      userMessage: 'What you sent is too large. Make it smaller and send it again.',
    });
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new ConcordatError('bad-request', message, {
      cause: error,
      userMessage:
        'What was sent could not be read. Go back, load the page again and try once more.',
    });
  }
  return new ConcordatError('internal', message, {
    cause: error,
    userMessage:
      'Something went wrong on our side. Nothing was half done: it was recorded whole or not at all.',
  });
}

function statusIn(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}
