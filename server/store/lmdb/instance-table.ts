import { shortKey } from '../short-key.ts';
import type { InstanceRow } from '../instance-row.ts';
import { damaged } from '../damaged.ts';
import type { Tables } from './tables.ts';

// What stands in the table `instances`. Numbers sort before texts, so that the head follows the
// newest commit and both are on one page.
//
//   [instance, seq]                     → hash and text of a commit
//   [instance, 'head']                  → seq and hash of the newest commit, then the row
//   [instance, 'idempotency', key]      → seq; likewise 'signal'
//   [instance, 'personal', id]          → a personal value
//   [instance, 'task', state, due, id]  → '' (see task-index.ts)

export interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly row: InstanceRow;
}

export type CommitKeyKind = 'idempotency' | 'signal';

/** What the newest commit has left. Throws `store-damaged` when it cannot be read. */
export function readHead(tables: Tables, instance: string): Head | undefined {
  const stored = tables.instances.get([instance, 'head']);
  if (stored === undefined) return undefined;
  const parts = /^(\d{1,15}) ([0-9a-f]{64}) /.exec(stored);
  try {
    const row = JSON.parse(stored.slice(parts?.[0].length ?? 0)) as InstanceRow;
    if (parts !== null) return { seq: Number(parts[1]), hash: String(parts[2]), row };
  } catch {
    // said below
  }
  throw damaged(`the head of instance ${instance} cannot be read`, { instance });
}

export function headText(seq: number, hash: string, row: InstanceRow): string {
  return `${seq} ${hash} ${JSON.stringify(row)}`;
}

export function commitKey(instance: string, kind: CommitKeyKind, key: string): string[] {
  return [instance, kind, shortKey(key)];
}
