import { formatInstant } from './format-date.ts';

/** One thing that happened, in a sentence. */
export interface HistoryEntry {
  /** The instant. */
  readonly at: string;
  readonly what: string;
  /** "Amina Yusuf, Northshire Council"; empty when the clock did it. */
  readonly who?: string;
  /** Reasons, remarks, corrections, in people's own words. */
  readonly notes?: readonly string[];
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  /** A change of state, not only of data. */
  readonly notable?: boolean;
}

export interface HistoryEntryView extends HistoryEntry {
  readonly when: string;
}

/** The entries of `partials/history`, newest first, each time with its zone. */
export function presentHistory(
  entries: readonly HistoryEntry[],
  timeZone: string,
): readonly HistoryEntryView[] {
  return [...entries]
    .reverse()
    .map((entry) => ({ ...entry, when: formatInstant(entry.at, timeZone) }));
}
