import type { ErrorCode } from '../../engine/errors.ts';

/** The one table from our error codes to HTTP status. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  'bad-request': 400,
  'invalid-input': 422,
  'not-found': 404,
  'not-allowed': 403,
  'not-signed-in': 401,
  'method-not-allowed': 405,
  'wrong-content-type': 415,
  'too-large': 413,
  'too-many-requests': 429,
  'event-unknown': 404,
  'event-not-possible': 409,
  'gate-not-met': 409,
  'instance-finished': 409,
  'party-unknown': 403,
  'manifest-changed': 409,
  'data-refused': 422,
  'stale-sequence': 409,
  conflict: 409,
  'idempotency-mismatch': 422,
  'link-used': 410,
  'link-expired': 410,
  'link-replaced': 410,
  'link-withdrawn': 410,
  'definition-refused': 422,
  'definition-changed': 409,
  'definition-unknown': 404,
  'evaluation-too-long': 422,
  'template-unknown': 404,
  'template-refused': 422,
  'rendering-failed': 503,
  'store-unreadable': 503,
  'store-damaged': 503,
  'store-full': 503,
  'store-owned': 503,
  'store-version': 503,
  'store-not-empty': 409,
  'mail-refused': 502,
  'mail-unavailable': 503,
  'setting-refused': 400,
  internal: 500,
};

export function statusOfError(code: ErrorCode): number {
  return STATUS[code];
}
