/** One answer that can be picked; `value` is what is posted. */
export interface PickerChoice {
  readonly value: string;
  readonly text: string;
  readonly hint?: string;
  /** A person of the organisation that acts. */
  readonly ofParty?: boolean;
  /** An organisation that does not take part. */
  readonly outside?: boolean;
}

/** What a form or a summary needs to know about the installation to speak of ids by name. */
export interface FormContext {
  readonly people?: readonly PickerChoice[];
  readonly organisations?: readonly PickerChoice[];
  readonly instances?: readonly PickerChoice[];
  /** ISO 4217; sums are whole pence of it. Without one: GBP. */
  readonly currency?: string;
  /** What `prefill` paths are looked up in: `{ data, today, by, … }`. */
  readonly scope?: Readonly<Record<string, unknown>>;
  /** Names of stored documents by their hash. */
  readonly documents?: ReadonlyMap<string, string>;
  /** Where a stored document is read, for summaries. */
  readonly documentUrl?: (hash: string) => string;
}

export const DEFAULT_CURRENCY = 'GBP';
