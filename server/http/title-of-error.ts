import type { ErrorCode } from '../../engine/errors.ts';

/** What each kind of error is called, in the API's answers and in its reference. */
const TITLE: Readonly<Record<ErrorCode, string>> = {
  'bad-request': 'The request cannot be read',
  'invalid-input': 'Something in it is not as it must be',
  'not-found': 'There is nothing there for you',
  'not-allowed': 'This is for others to do',
  'not-signed-in': 'The token is missing or has ended',
  'method-not-allowed': 'This address does not take that method',
  'wrong-content-type': 'The content is of another type than is taken here',
  'too-large': 'The request is too large',
  'too-many-requests': 'Too many requests in a short time',
  'event-unknown': 'There is no such event',
  'event-not-possible': 'This cannot be done at this point',
  'gate-not-met': 'Something has to be done first',
  'instance-finished': 'It has come to its end',
  'party-unknown': 'Your organisation is not a party to this',
  'manifest-changed': 'The document has changed',
  'data-refused': 'The data cannot be kept',
  'stale-sequence': 'It has changed since you read it',
  conflict: 'Others were faster',
  'idempotency-mismatch': 'The key was used for another request',
  'link-used': 'The link was used',
  'link-expired': 'The link has expired',
  'link-replaced': 'The link was replaced',
  'link-withdrawn': 'The link was withdrawn',
  'definition-refused': 'The workflow cannot be used',
  'definition-changed': 'The workflow was changed without a new version',
  'definition-unknown': 'There is no such workflow',
  'evaluation-too-long': 'A rule of the workflow takes too long',
  'template-unknown': 'There is no such template',
  'template-refused': 'The template cannot be used',
  'rendering-failed': 'The document could not be drawn up',
  'store-unreadable': 'The records cannot be read now',
  'store-damaged': 'The records are damaged',
  'store-full': 'The disk is full',
  'store-owned': 'Another server has the records',
  'store-version': 'The records are of another version',
  'store-not-empty': 'There are records already',
  'mail-refused': 'A mail was refused',
  'mail-unavailable': 'Mail cannot leave now',
  'setting-refused': 'A setting is not right',
  internal: 'Something went wrong on our side',
};

export function titleOfError(code: ErrorCode): string {
  return TITLE[code];
}
