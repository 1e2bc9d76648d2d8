import type { Commit } from '../commit.ts';
import type { InstanceRow } from '../instance-row.ts';
import { damagedCommit } from '../checked-commit.ts';
import { type Head, hashOfCommit, readCommit, readHead } from './instance-table.ts';
import { planRowIndex } from './row-index.ts';
import { getJson, type RecordTable, type Tables } from './tables.ts';
import { planTaskChanges, type TaskStep } from './task-index.ts';
import type { WritePlan } from './writer.ts';

/**
 * Says that the lists and the due tasks do not show the newest commits of an instance yet. It is
 * written with the first of these commits, in the same transaction, and goes when they are shown.
 */
export interface Behind {
  /** The newest commit that is shown; 0 when none is. */
  readonly seq: number;
  /** The row that the lists have. */
  readonly row: InstanceRow | null;
}

/** Steps by the hash of their commit: only spares reading again what was just written. */
export type RecentSteps = Map<string, TaskStep>;

const MOST_RECENT = 10_000;

/** Marks the instance, unless it is marked already; `head` is the one before the new commit. */
export function planBehind(
  tables: Tables,
  plan: WritePlan,
  instance: string,
  head: Head | undefined,
): void {
  if (tables.behind.doesExist(instance)) return;
  const behind: Behind = { seq: head?.seq ?? 0, row: head?.row ?? null };
  plan.putJson(behindOf(tables), instance, behind);
}

/** Brings one instance's row and tasks to its newest commit. Throws `store-damaged`. */
export function planCatchUp(
  tables: Tables,
  plan: WritePlan,
  instance: string,
  recent: RecentSteps,
): void {
  const behind = getJson(behindOf(tables), instance);
  if (behind === undefined) return;
  const head = readHead(tables, instance);
  if (head === undefined || head.seq <= behind.seq) {
    throw damagedCommit(instance, behind.seq + 1, 'is missing, though it is said to be there');
  }
  const steps: TaskStep[] = [];
  for (let seq = behind.seq + 1; seq <= head.seq; seq += 1) {
    steps.push(stepOf(tables, instance, seq, recent));
  }
  planRowIndex(tables, plan, behind.row ?? undefined, head.row);
  planTaskChanges(tables, plan, steps);
  plan.remove(tables.behind, instance);
}

/** Instances by what the lists show of them. */
export function behindOf(tables: Tables): RecordTable<Behind> {
  return tables.behind;
}

export function isAnyBehind({ behind }: Pick<Tables, 'behind'>): boolean {
  return behind.getKeysCount({ limit: 1 }) > 0;
}

export function rememberStep(recent: RecentSteps, hash: string, step: TaskStep): void {
  if (recent.size >= MOST_RECENT) recent.clear();
  recent.set(hash, step);
}

function stepOf(tables: Tables, instance: string, seq: number, recent: RecentSteps): TaskStep {
  const hash = hashOfCommit(tables, instance, seq);
  const known = hash === undefined ? undefined : recent.get(hash);
  if (hash !== undefined && known !== undefined) {
    recent.delete(hash);
    return known;
  }
  const stored = readCommit(tables, instance, seq);
  if (stored === undefined) throw damagedCommit(instance, seq, 'is missing');
  const { at, tasks } = JSON.parse(stored.text) as Commit;
  return { at, changes: tasks };
}
