import { collectionSchema, key } from './schema.ts';

/** Tries under a key that is a hash. */
export interface RateLimitDocument {
  readonly _id: string;
  readonly made: number;
  readonly until: Date;
}

export const rateLimitSchema = collectionSchema<RateLimitDocument>('rateLimits', {
  _id: key,
  made: { type: Number, required: true },
  until: { type: Date, required: true },
});
// The database itself removes what counts no longer.
rateLimitSchema.index({ until: 1 }, { expireAfterSeconds: 0 });
