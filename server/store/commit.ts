import type { Effect } from '../../engine/effect.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { Proof } from '../../engine/scope.ts';
import type { InstanceSnapshot, Timer } from '../../engine/snapshot.ts';
import type { TaskChange } from './task.ts';

/**
 * One document of an instance's history. What is stored is the canonical JSON that was hashed;
 * `previous` is the hash of the commit before, so that no byte of the past can change unseen.
 */
export interface Commit {
  readonly format: 1;
  readonly instance: string;
  readonly seq: number;
  /** UTC instant, never before the previous commit's. */
  readonly at: string;
  readonly definition: DefinitionReference;
  readonly engine: string;
  readonly calendar: string;
  readonly cause: Cause;
  readonly by: Actor | null;
  readonly idempotency: { readonly key: string; readonly request: string } | null;
  readonly event: CommittedEvent;
  /** What the history shows as a sentence, names still as ids. */
  readonly story: string;
  readonly origin: Origin;
  /** When the instance was started. */
  readonly openedAt: string;
  readonly settings: JsonObject;
  readonly snapshot: InstanceSnapshot;
  readonly timers: readonly Timer[];
  readonly effects: readonly Effect[];
  readonly tasks: readonly TaskChange[];
  readonly previous: string | null;
}

export interface DefinitionReference {
  readonly id: string;
  readonly version: number;
  readonly hash: string;
}

export interface CommittedEvent {
  readonly type: string;
  readonly [field: string]: JsonObject[string];
}

/** Where the instance belongs; the same in each of its commits. */
export interface Origin {
  readonly partnership: string | null;
  readonly parent: string | null;
  readonly timeZone: string;
  readonly region: string;
}

/** Why this commit was made. */
export type Cause =
  | { readonly kind: 'person' }
  | { readonly kind: 'link'; readonly link: string; readonly spends: boolean }
  | { readonly kind: 'task'; readonly task: string }
  | {
      readonly kind: 'signal';
      readonly key: string;
      readonly instance: string;
      readonly seq: number;
    }
  | { readonly kind: 'system' };

/** Who acted, with role, organisation and authority as they stood. Ids only. */
export interface Actor {
  readonly person: string;
  readonly organisation: string | null;
  readonly role: string | null;
  readonly authority: string | null;
  /** Who had written down that they may sign, and when. */
  readonly authorityBy?: string;
  readonly authorityAt?: string;
  readonly proof?: Proof;
}

/** A commit as the store keeps it. */
export interface StoredCommit {
  readonly instance: string;
  readonly seq: number;
  /** SHA-256 of `text`. */
  readonly hash: string;
  /** The canonical JSON (RFC 8785) of the commit. */
  readonly text: string;
}
