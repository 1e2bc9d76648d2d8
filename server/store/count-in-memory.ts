import type { RateLimitStore, Tries } from './rate-limit-store.ts';

/** So many keys are kept before those whose time is over are looked for. */
const SWEEP_AT = 10_000;

/** Tries as one process counts them; they need not outlive it. */
export function countInMemory(): RateLimitStore {
  const counted = new Map<string, Tries>();
  let sweepAt = SWEEP_AT;

  function standing(key: string, now: string): Tries | undefined {
    const found = counted.get(key);
    return found !== undefined && found.until > now ? found : undefined;
  }

  function sweep(now: string): void {
    if (counted.size < sweepAt) return;
    for (const [key, { until }] of counted) if (until <= now) counted.delete(key);
    // those that are left are looked through again when there are twice as many
    sweepAt = Math.max(SWEEP_AT, counted.size * 2);
  }

  return {
    async count(key, now, windowMs) {
      const before = standing(key, now);
      const until = before?.until ?? new Date(Date.parse(now) + windowMs).toISOString();
      const tries = { made: (before?.made ?? 0) + 1, until };
      sweep(now);
      counted.set(key, tries);
      return tries;
    },
    tries: async (key, now) => standing(key, now),
  };
}
