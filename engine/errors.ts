/** Facts an error carries for the log and the API; never shown to a person as they are. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export interface ErrorOptions {
  /** What the person is told: plain English, says what to do. */
  readonly userMessage?: string;
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/**
 * The one family of errors. `code` is stable and public (API, docs); `message` is for the log;
 * `userMessage` is what a person sees.
 */
export class ConcordatError extends Error {
  readonly code: ErrorCode;
  readonly userMessage: string;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ConcordatError';
    this.code = code;
    this.userMessage = options.userMessage ?? message;
    this.details = options.details ?? {};
  }
}

/** Every code there is. The HTTP status of each stands in `server/http/status-of-error.ts`. */
export type ErrorCode =
  // asking for something that cannot be
  | 'bad-request'
  | 'invalid-input'
  | 'not-found'
  | 'not-allowed'
  | 'not-signed-in'
  | 'method-not-allowed'
  | 'wrong-content-type'
  | 'too-large'
  | 'too-many-requests'
  // a step that cannot be taken
  | 'event-unknown'
  | 'event-not-possible'
  | 'gate-not-met'
  | 'instance-finished'
  | 'party-unknown'
  | 'manifest-changed'
  | 'data-refused'
  // racing and repeating
  | 'stale-sequence'
  | 'conflict'
  | 'idempotency-mismatch'
  // links
  | 'link-used'
  | 'link-expired'
  | 'link-replaced'
  | 'link-withdrawn'
  // definitions
  | 'definition-refused'
  | 'definition-changed'
  | 'definition-unknown'
  // of a newer version of Concordat: another server can
  | 'not-known-here'
  | 'evaluation-too-long'
  // documents
  | 'template-unknown'
  | 'template-refused'
  | 'rendering-failed'
  // the store
  | 'store-unreadable'
  | 'store-damaged'
  | 'store-full'
  | 'store-owned'
  | 'store-version'
  | 'store-not-empty'
  | 'store-unfinished'
  // the outside
  | 'mail-refused'
  | 'mail-unavailable'
  | 'setting-refused'
  | 'internal';

/** True for our own errors, also across module copies. */
export function isConcordatError(error: unknown): error is ConcordatError {
  return error instanceof ConcordatError;
}
