import type { JsonValue } from './json-value.ts';

/** Where an instance stands, in our own words: independent of how XState persists a machine. */
export interface InstanceSnapshot {
  readonly status: 'active' | 'done';
  readonly value: StateValue;
  /** XState's memory for history states, as it gives it. */
  readonly historyValue?: JsonValue;
  readonly data: Data;
  /** The newest document of each name. */
  readonly documents: Readonly<Record<string, DocumentReference>>;
  /** How often each document has been asked for; absent while none has. */
  readonly asked?: Readonly<Record<string, number>>;
  readonly children: readonly ChildReference[];
  /** How often each timer was entered, so that a stale firing can be told from a new one. */
  readonly visits: Readonly<Record<string, number>>;
}

export type StateValue = string | { readonly [region: string]: StateValue };

export type Data = Readonly<Record<string, JsonValue>>;

export interface DocumentReference {
  readonly title: string;
  /** SHA-256 of what was rendered, by which it is found in the document store. */
  readonly html: string;
  readonly pdf: string;
  readonly text: string;
  /** The hash that binds template, data, HTML and PDF; what a person decides on. */
  readonly manifest: string;
  readonly at: string;
  /** Where what it was drawn from is kept, so that the next version can be compared with it. */
  readonly request?: string;
  /** What changed since the version before, as HTML; absent for the first one. */
  readonly changes?: string;
}

export interface ChildReference {
  readonly instance: string;
  readonly workflow: string;
  readonly name: string;
  readonly linked?: boolean;
}

/** One running deadline. Instants are UTC; `firedAt` is null until it fires. */
export interface Timer {
  /** `<deadline>@<state>`, unique in the instance. */
  readonly timer: string;
  readonly deadline: string;
  readonly state: string;
  readonly visit: number;
  readonly enteredAt: string;
  /** When this due time was worked out; reminders that would lie before it are not sent. */
  readonly since: string;
  /** Null while the data it counts from are not known yet. */
  readonly dueAt: string | null;
  readonly firedAt: string | null;
  /** How many of its chases are behind it, sent or overtaken by later ones, the handover counted as one; absent for none. */
  readonly chased?: number;
}
