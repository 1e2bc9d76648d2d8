/** Asks for a part of all records of a kind, as a copy of the whole store goes through them. */
export interface PageAsk {
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** So many records, in the order of their keys: a record that is there all the time comes once. */
export interface Page<T> {
  readonly records: readonly T[];
  /** Where the next page begins; null when there is none. */
  readonly next: string | null;
}
