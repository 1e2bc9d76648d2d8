import { ConcordatError } from '../../engine/errors.ts';
import type { Services } from '../services.ts';
import { sha256 } from '../sha256.ts';
import type { Tries } from '../store/rate-limit-store.ts';

/** How often something may be tried, whichever process is asked. */
export interface RateLimit {
  /** Of what; no two have the same. */
  readonly name: string;
  readonly most: number;
  readonly windowMs: number;
}

type Counting = Pick<Services, 'store' | 'clock'>;

const MINUTE_MS = 60_000;

/** A limit within so many minutes. */
export function rateLimit(name: string, most: number, minutes: number): RateLimit {
  return { name, most, windowMs: minutes * MINUTE_MS };
}

/** Counts one try of whoever the key names; throws `too-many-requests` when there were too many. */
export async function countTry(
  services: Counting,
  limit: RateLimit,
  key: string,
): Promise<{ readonly left: number; readonly waitMs: number }> {
  const { store, clock } = services;
  const now = clock.now();
  const tries = await store.rateLimits.count(keyOf(limit, key), now, limit.windowMs);
  if (tries.made > limit.most) throw tooManyTries(tries, now);
  return { left: limit.most - tries.made, waitMs: waitOf(tries, now) };
}

/** Throws `too-many-requests` if there were too many tries already; counts nothing. */
export async function refuseIfSpent(
  { store, clock }: Counting,
  limit: RateLimit,
  key: string,
): Promise<void> {
  const now = clock.now();
  const tries = await store.rateLimits.tries(keyOf(limit, key), now);
  if (tries !== undefined && tries.made > limit.most) throw tooManyTries(tries, now);
}

/** What is tried from where is nobody's to read in the store. */
function keyOf({ name }: RateLimit, key: string): string {
  return sha256(`${name}\n${key}`);
}

function waitOf({ until }: Tries, now: string): number {
  return Date.parse(until) - Date.parse(now);
}

function tooManyTries(tries: Tries, now: string): ConcordatError {
  const waitMs = waitOf(tries, now);
  const minutes = Math.max(1, Math.ceil(waitMs / MINUTE_MS));
  const wait = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return new ConcordatError('too-many-requests', 'too many tries', {
    userMessage: `There were too many tries in a short time. Wait ${wait}, then try again.`,
    details: { waitMs },
  });
}
