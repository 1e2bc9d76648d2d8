import { ConcordatError } from '../../engine/errors.ts';

/** Where a page ended: an instant and an id, as text that fits in an address. */
export function encodeCursor(place: readonly [number, string]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Throws `bad-request` for what `encodeCursor` never made. */
export function decodeCursor(cursor: string): readonly [number, string] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && typeof place[0] === 'number' && typeof place[1] === 'string') {
      return [place[0], place[1]];
    }
  } catch {
    // said below
  }
  throw new ConcordatError('bad-request', 'not a page cursor', {
    userMessage: 'The address of this page is not complete. Go back to the first page of the list.',
  });
}
