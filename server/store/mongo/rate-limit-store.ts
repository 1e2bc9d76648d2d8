import mongoose from 'mongoose';
import { isConcordatError } from '../../../engine/errors.ts';
import { countInMemory } from '../count-in-memory.ts';
import { instantKey } from '../instant-key.ts';
import type { RateLimitStore, Tries } from '../rate-limit-store.ts';
import type { Database } from './database.ts';
import type { RateLimitDocument } from './rate-limit-schema.ts';
import { isDuplicate } from './store-error.ts';

/** A count need not outlive the server that took it; waiting for a majority would slow every request. */
const QUICKLY = { writeConcern: { w: 1, journal: false } } as const;

/**
 * Tries as all processes count them together. While the database cannot be asked, each process counts
 * for itself: nobody is locked out, and nobody may try without end.
 */
export function createMongoRateLimitStore(database: Database): RateLimitStore {
  const { rateLimits } = database.models;
  const alone = countInMemory();

  async function count(key: string, now: Date, until: Date): Promise<Tries> {
    const standing = { _id: key, until: mongoose.trusted({ $gt: now }) };
    const ended = { _id: key, until: mongoose.trusted({ $lte: now }) };
    for (;;) {
      const more = { $inc: { made: 1 } };
      const counted = await rateLimits
        .findOneAndUpdate(standing, more, { ...QUICKLY, returnDocument: 'after' })
        .lean();
      if (counted !== null) return triesOf(counted);
      try {
        const begun = { $set: { made: 1, until } };
        const options = { ...QUICKLY, upsert: true, returnDocument: 'after' } as const;
        return triesOf(await rateLimits.findOneAndUpdate(ended, begun, options).orFail().lean());
      } catch (error) {
        // another process has begun at the same time: counted with its own
        if (!isDuplicate(error)) throw error;
      }
    }
  }

  return {
    async count(key, now, windowMs) {
      const time = new Date(instantKey(now));
      const until = new Date(time.getTime() + windowMs);
      try {
        return await database.write(() => count(key, time, until));
      } catch (error) {
        if (!isOutage(error)) throw error;
        return alone.count(key, now, windowMs);
      }
    },
    async tries(key, now) {
      const own = await alone.tries(key, now);
      const shared = await database
        .read(() => rateLimits.findById(key).readConcern('local').lean())
        .catch((error: unknown) => {
          if (!isOutage(error)) throw error;
          return null;
        });
      const standing = shared !== null && shared.until.getTime() > instantKey(now);
      const there = standing ? triesOf(shared) : undefined;
      return (own?.made ?? 0) > (there?.made ?? 0) ? own : there;
    },
  };
}

/** The database is away, or takes no more. */
function isOutage(error: unknown): boolean {
  return isConcordatError(error) && ['store-unreadable', 'store-full'].includes(error.code);
}

function triesOf({ made, until }: RateLimitDocument): Tries {
  return { made, until: until.toISOString() };
}
