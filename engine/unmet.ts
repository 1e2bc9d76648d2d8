/** Why a gate is not met: a sentence for a person, what to do, and what exactly is open. */
export interface Unmet {
  readonly sentence: string;
  readonly do?: string;
  readonly items?: readonly UnmetItem[];
  /** It does not concern the record at all as it stands, so that there is nothing to wait for. */
  readonly beside?: true;
}

/** One open thing: an item of a list, or a party or person who is waited for. Ids, not names. */
export interface UnmetItem {
  readonly title?: string;
  readonly organisation?: string;
  readonly owner?: string;
  readonly instance?: string;
  readonly field?: string;
}
