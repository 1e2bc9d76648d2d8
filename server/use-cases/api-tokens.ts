import { ConcordatError } from '../../engine/errors.ts';
import type { Asker } from '../access/asker.ts';
import { expiryOf } from '../expiry-of.ts';
import { newId, newToken } from '../new-id.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import type { ApiToken } from '../store/installation-store.ts';

type Known = Pick<Services, 'store' | 'clock'>;

/** Every token begins like this, so that scanners for leaked secrets know it when they see it. */
const MARK = 'concordat_';
const LONGEST_LABEL = 100;

export interface CreateToken {
  /** E-mail address of the person it acts for; it can do what they can. */
  readonly email: string;
  /** What it is for, to know it again in the list. */
  readonly label: string;
  /** ISO 8601 duration from now; null: until it is revoked. */
  readonly expires: string | null;
}

export interface CreatedToken {
  readonly id: string;
  /** Shown once: only its SHA-256 is kept. */
  readonly token: string;
  /** UTC instant; null: until it is revoked. */
  readonly expiresAt: string | null;
}

/** Makes a bearer token of the API for a person. Throws `not-found` and `invalid-input`. */
export async function createToken(services: Known, request: CreateToken): Promise<CreatedToken> {
  const { store, clock } = services;
  const email = request.email.trim().toLowerCase();
  const person = await store.directory.personByEmail(email);
  if (!person || person.disabledAt !== null) {
    throw new ConcordatError('not-found', 'no active person has that address', {
      userMessage: `Nobody here has the address ${email}. A token acts for a person who can sign in: invite them first, or check the address.`,
    });
  }
  const label = request.label.trim();
  if (label === '' || label.length > LONGEST_LABEL) {
    throw new ConcordatError('invalid-input', 'the label is missing or too long', {
      userMessage: `Say in at most ${LONGEST_LABEL} characters what the token is for, such as “Case system of Northshire”.`,
    });
  }
  const now = clock.now();
  const expiresAt = request.expires === null ? null : expiry(now, request.expires);
  const token = MARK + newToken();
  const id = newId();
  const hash = sha256(token);
  await store.installation.putToken({
    id,
    hash,
    person: person.id,
    label,
    createdAt: now,
    expiresAt,
    revokedAt: null,
  });
  return { id, token, expiresAt };
}

/** All tokens, newest first, also those that have ended. */
export async function listTokens({ store }: Known): Promise<readonly ApiToken[]> {
  const tokens = await store.installation.tokens();
  return [...tokens].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/** Ends a token at once; ending it again changes nothing. Throws `not-found`. */
export async function revokeToken({ store, clock }: Known, id: string): Promise<ApiToken> {
  const token = (await store.installation.tokens()).find((one) => one.id === id);
  if (!token) {
    throw new ConcordatError('not-found', `there is no token ${id}`, {
      userMessage: 'There is no token with that id. List the tokens to see their ids.',
    });
  }
  if (token.revokedAt !== null) return token;
  const revoked = { ...token, revokedAt: clock.now() };
  await store.installation.putToken(revoked);
  return revoked;
}

/**
 * Who a bearer token acts for: with all their permissions and no others. Throws `not-signed-in`,
 * alike for a token that never was and one that has ended.
 */
export async function askerOfToken(
  { store, clock }: Known,
  bearer: string,
): Promise<Asker & { readonly kind: 'person'; readonly token: string }> {
  const token = await store.installation.tokenByHash(sha256(bearer));
  const now = clock.now();
  const open =
    token !== undefined &&
    token.revokedAt === null &&
    (token.expiresAt === null || token.expiresAt > now);
  const person = open ? await store.directory.person(token.person) : undefined;
  if (!open || !person || person.disabledAt !== null) {
    throw new ConcordatError('not-signed-in', 'the token is not known or has ended', {
      userMessage:
        'This token is not known here, or it has ended. Ask your administrator for a new one: npx concordat token.',
    });
  }
  return { kind: 'person', person, token: token.id };
}

function expiry(now: string, duration: string): string {
  const wrong = (cause?: unknown): ConcordatError =>
    new ConcordatError('invalid-input', `“${duration}” is no duration`, {
      userMessage: 'Say how long the token works, such as P90D for 90 days or P1Y for a year.',
      cause,
    });
  let expiresAt: string;
  try {
    expiresAt = expiryOf(now, duration);
  } catch (error) {
    throw wrong(error);
  }
  if (expiresAt <= now) throw wrong();
  return expiresAt;
}
