import { checkedCommit } from '../checked-commit.ts';
import type { StoredCommit } from '../commit.ts';
import { shortKey } from '../short-key.ts';
import type { InstanceRow } from '../instance-row.ts';
import { getText, type Tables } from './tables.ts';

// What stands in the table `instances`. Numbers sort before texts, so that the head follows the
// newest commit and both are on one page.
//
//   [instance, seq]                     → hash and text of a commit
//   [instance, 'head']                  → seq and hash of the newest commit, then the row
//   [instance, 'idempotency', key]      → seq; likewise 'signal'
//   [instance, 'personal', id]          → a personal value
//   [instance, 'task', state, due, id]  → '' (see task-index.ts)

const HASH_LENGTH = 64;

export interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly row: InstanceRow;
}

export type CommitKeyKind = 'idempotency' | 'signal';

/** What the newest commit has left. Throws `store-damaged` when it cannot be read. */
export function readHead(tables: Tables, instance: string): Head | undefined {
  const text = getText(tables.instances, [instance, 'head']);
  if (text === undefined) return undefined;
  const [seq, hash] = text.split(' ', 2);
  return { seq: Number(seq), hash: String(hash), row: rowOfHead(text) };
}

/** The row behind the seq and the hash. */
export function rowOfHead(text: string): InstanceRow {
  return JSON.parse(text.slice(text.indexOf('{'))) as InstanceRow;
}

export function headText(seq: number, hash: string, row: InstanceRow): string {
  return `${seq} ${hash} ${JSON.stringify(row)}`;
}

/** A commit as it is kept: the hash before the text. */
export function commitText({ hash, text }: StoredCommit): string {
  return hash + text;
}

/** The other way round. Throws `store-damaged` for one that is not what it says. */
export function unpackCommit(instance: string, seq: number, stored: string): StoredCommit {
  const hash = stored.slice(0, HASH_LENGTH);
  return checkedCommit({ instance, seq, hash, text: stored.slice(HASH_LENGTH) });
}

/** Throws `store-damaged`. */
export function readCommit(
  tables: Tables,
  instance: string,
  seq: number,
): StoredCommit | undefined {
  const stored = tables.instances.get([instance, seq]);
  return stored === undefined ? undefined : unpackCommit(instance, seq, stored);
}

/** The hash that a commit was kept with, unchecked. */
export function hashOfCommit(tables: Tables, instance: string, seq: number): string | undefined {
  return tables.instances.get([instance, seq])?.slice(0, HASH_LENGTH);
}

export function commitKey(instance: string, kind: CommitKeyKind, key: string): string[] {
  return [instance, kind, shortKey(key)];
}
