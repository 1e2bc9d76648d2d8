/** How often something was tried lately. */
export interface Tries {
  readonly made: number;
  /** Until this instant (UTC ISO 8601) they count; then it begins anew. */
  readonly until: string;
}

/**
 * Counts tries under a key, so that whoever answers knows how many there were. A window begins with its
 * first try. The key is a hash: nobody's address stands in it.
 */
export interface RateLimitStore {
  /**
   * Counts one more, and answers how many there are with it. Always answers: while the database is
   * away, each process counts for itself.
   */
  count(key: string, now: string, windowMs: number): Promise<Tries>;
  /** As they stand, without another; undefined when there were none lately. */
  tries(key: string, now: string): Promise<Tries | undefined>;
}
