import type { InstanceRow } from '../instance-row.ts';
import { instantKey } from '../instant-key.ts';
import { getText, type Tables } from './tables.ts';
import type { WritePlan } from './writer.ts';

export type RowIndex = 'all' | 'partnership' | 'workflow' | 'parent';
/** Newest last; the value is empty. */
export type RowKey = [
  by: RowIndex,
  value: string,
  status: string,
  updated: number,
  instance: string,
];

/** Keeps the indexes and counts of rows in step with a row that takes another's place. */
export function planRowIndex(
  tables: Tables,
  plan: WritePlan,
  before: InstanceRow | undefined,
  row: InstanceRow,
): void {
  for (const key of before === undefined ? [] : rowKeys(before)) plan.remove(tables.rowIndex, key);
  for (const key of rowKeys(row)) plan.put(tables.rowIndex, key, '');
  if (before !== undefined && sameCounts(before, row)) return;
  const changes = new Map<string, { readonly key: string[]; by: number }>();
  const add = (keys: readonly string[][], by: number) => {
    for (const key of keys) {
      const id = JSON.stringify(key);
      const change = changes.get(id) ?? { key, by: 0 };
      change.by += by;
      changes.set(id, change);
    }
  };
  if (before !== undefined) add(countKeys(before), -1);
  add(countKeys(row), 1);
  for (const { key, by } of changes.values()) {
    if (by === 0) continue;
    const count = Number(getText(tables.counts, key) ?? 0) + by;
    if (count === 0) plan.remove(tables.counts, key);
    else plan.put(tables.counts, key, String(count));
  }
}

/** The counter of a filter; each instance is counted once in each of its four. */
export function countKey(
  filter: { readonly partnership?: string; readonly workflow?: string },
  status: string,
): string[] {
  const { partnership, workflow } = filter;
  if (partnership !== undefined && workflow !== undefined) {
    return ['both', partnership, workflow, status];
  }
  if (partnership !== undefined) return ['partnership', partnership, status];
  return workflow === undefined ? ['all', status] : ['workflow', workflow, status];
}

/** The counters that count a row. */
export function countKeys(row: InstanceRow): string[][] {
  const { status, workflow } = row;
  const keys = [countKey({}, status), countKey({ workflow }, status)];
  if (row.partnership !== null) {
    keys.push(countKey({ partnership: row.partnership }, status));
    keys.push(countKey({ partnership: row.partnership, workflow }, status));
  }
  return keys;
}

function sameCounts(a: InstanceRow, b: InstanceRow): boolean {
  return a.status === b.status && a.partnership === b.partnership && a.workflow === b.workflow;
}

/** Where a row stands in the indexes. */
export function rowKeys(row: InstanceRow): RowKey[] {
  const updated = instantKey(row.updatedAt);
  const keys: RowKey[] = [
    ['all', '', row.status, updated, row.id],
    ['workflow', row.workflow, row.status, updated, row.id],
  ];
  if (row.partnership !== null) {
    keys.push(['partnership', row.partnership, row.status, updated, row.id]);
  }
  if (row.parent !== null) keys.push(['parent', row.parent, row.status, updated, row.id]);
  return keys;
}
