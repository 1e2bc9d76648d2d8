import type { StoredCommit } from './commit.ts';
import type { InstanceRow } from './instance-row.ts';
import type { LinkRecord } from './link.ts';
import type { Page, PageAsk } from './page.ts';
import type { TaskChange } from './task.ts';

/** What a commit says for the projections; derived from the commit alone, so it can be repeated. */
export interface Projection {
  readonly row: InstanceRow;
  readonly tasks: readonly TaskChange[];
  /** The link that this commit spends, if any. */
  readonly spends: string | null;
  /** Links that this commit takes back; those of other instances stay as they are. */
  readonly withdraws: readonly string[];
}

export type AppendResult =
  | { readonly kind: 'committed' }
  /**
   * Another writer took this seq, this idempotency key, this signal or this link. When several are
   * taken, the one that no retry can mend is named: idempotency, then signal, link, seq.
   */
  | {
      readonly kind: 'conflict';
      readonly over: 'seq' | 'idempotency' | 'signal' | 'link';
      /** The commit that stands in the way: for `seq` the head (0 if there is none), for a link 0 when no commit closed it. */
      readonly seq: number;
    };

export interface AppendInput {
  readonly commit: StoredCommit;
  readonly at: string;
  readonly idempotencyKey: string | null;
  /** Key of the signal that this commit takes (or records as not taken); taken once. */
  readonly signalKey: string | null;
  readonly projection: Projection;
  /** The instance's personal values that come with this commit, kept beside the chain. */
  readonly personal: readonly PersonalValue[];
  /** Links made by this commit's cause, written in the same breath. */
  readonly links?: readonly LinkRecord[];
}

/** A value marked personal: the chain holds only `hash` = SHA-256 of salt + canonical value. */
export interface PersonalValue {
  readonly id: string;
  readonly instance: string;
  readonly salt: string;
  readonly value: string | null;
}

/** The history: append-only, one chain per instance. */
export interface CommitStore {
  /**
   * Adds a commit as a compare-and-set on `(instance, seq)`: the first seq is 1, each next one is
   * the head's plus one. Resolves only once it is durable; whoever reads lists or tasks from then on finds
   * what it brought. Throws `store-full`, `store-owned` or `store-unreadable`; then nothing was kept.
   */
  append(input: AppendInput): Promise<AppendResult>;
  /**
   * Adds commits of one instance, from another store and in order of seq, behind the newest one here.
   * What they claim is claimed; their links need not be there yet. All of them have the row of the
   * newest commit there is to copy. Cut short, it leaves the first so many. Throws `store-damaged`
   * when they do not follow on what is here.
   */
  copy(commits: readonly AppendInput[]): Promise<void>;
  /**
   * The newest commit. Like every reading of commits, throws `store-damaged` if its hash is wrong.
   * `orKnown`: for whoever goes on to append, which finds out: it may be the one that this process
   * appended a moment ago, though another process has gone on since.
   */
  head(
    instance: string,
    options?: { readonly orKnown: boolean },
  ): Promise<StoredCommit | undefined>;
  get(instance: string, seq: number): Promise<StoredCommit | undefined>;
  findByIdempotencyKey(instance: string, key: string): Promise<StoredCommit | undefined>;
  findBySignalKey(instance: string, key: string): Promise<StoredCommit | undefined>;
  /** In order of seq, from `fromSeq` on; newest first if `newestFirst`. */
  history(
    instance: string,
    page: { readonly fromSeq?: number; readonly limit: number; readonly newestFirst?: boolean },
  ): Promise<readonly StoredCommit[]>;
  /** Every instance id, for verify and move; a page after `after`, in order. */
  instances(page: { readonly after?: string; readonly limit: number }): Promise<readonly string[]>;
  personal(instance: string, ids: readonly string[]): Promise<readonly PersonalValue[]>;
  /** Erases the values and their salts (they then read as null and ''); the chain stays provable. */
  erasePersonal(instance: string, ids: readonly string[]): Promise<void>;
  /** The personal values of all instances, erased ones too. */
  allPersonal(page: PageAsk): Promise<Page<PersonalValue>>;
  /** Puts values from another store in the place of what stands under their ids. */
  copyPersonal(values: readonly PersonalValue[]): Promise<void>;
}
