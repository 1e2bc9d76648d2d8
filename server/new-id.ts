import { randomBytes } from 'node:crypto';
import { sha256 } from './sha256.ts';

/** A new id that cannot be guessed: 120 bits, readable in an address. */
export function newId(): string {
  return randomBytes(15).toString('base64url').replaceAll('-', 'A').replaceAll('_', 'B');
}

/** The id of what is made from something known, so that making it twice gives the same id. */
export function derivedId(...from: readonly (string | number)[]): string {
  return Buffer.from(sha256(from.join('\n')), 'hex')
    .subarray(0, 15)
    .toString('base64url')
    .replaceAll('-', 'A')
    .replaceAll('_', 'B');
}

/** A secret for a link: 256 bits. Only its SHA-256 is kept. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}
