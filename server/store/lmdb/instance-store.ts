import { damaged } from '../damaged.ts';
import type { InstanceRow } from '../instance-row.ts';
import type { InstanceStore } from '../instance-store.ts';
import { behindOf } from './behind.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readHead } from './instance-table.ts';
import { instantKey } from '../instant-key.ts';
import { FIRST_INSTANT, LAST_INSTANT } from './key.ts';
import { countKey, type RowIndex, type RowKey } from './row-index.ts';
import { getText, parseRecord, type Tables } from './tables.ts';

type Filter = Parameters<InstanceStore['list']>[0];
type Place = readonly [updated: number, instance: string];

/** A row, and the one that the indexes have of the same instance. */
interface Unindexed {
  readonly row: InstanceRow | undefined;
  readonly indexed: InstanceRow | null;
}

const CHUNK = 64;

export function createLmdbInstanceStore(tables: Tables): InstanceStore {
  /**
   * The rows that the indexes do not have as they are now, and what they have instead: few, and none when
   * nothing has just been written.
   */
  function notYetIndexed(): Map<string, Unindexed> {
    const rows = new Map<string, Unindexed>();
    const behind = behindOf(tables);
    for (const { key, value } of behind.getRange()) {
      const row = readHead(tables, String(key))?.row;
      rows.set(String(key), { row, indexed: parseRecord(behind, value, key).row });
    }
    return rows;
  }

  /** Newest first over the given statuses, `count` at most, older than `place`. */
  function places(
    filter: Filter,
    unindexed: ReadonlyMap<string, Unindexed>,
    place: Place | undefined,
    count: number,
  ): Place[] {
    const [by, value] = narrowest(filter);
    const found: Place[] = [];
    for (const { row } of unindexed.values()) {
      if (row === undefined || !matches(row, filter)) continue;
      const at: Place = [instantKey(row.updatedAt), row.id];
      if (place === undefined || newestFirst(place, at) < 0) found.push(at);
    }
    for (const status of filter.status === undefined ? ['active', 'done'] : [filter.status]) {
      const keys = tables.rowIndex.getKeys({
        start: [by, value, status, ...(place ?? [LAST_INSTANT])],
        end: [by, value, status, FIRST_INSTANT],
        reverse: true,
        exclusiveStart: place !== undefined,
        limit: count + unindexed.size,
      });
      for (const key of keys) {
        const [, , , updated, instance] = key as RowKey;
        if (!unindexed.has(instance)) found.push([updated, instance]);
      }
    }
    return found.sort(newestFirst).slice(0, count);
  }

  return {
    get: async (id) => readHead(tables, id)?.row,

    list: async (filter) => {
      let place: Place | undefined =
        filter.after === undefined ? undefined : decodeCursor(filter.after);
      const rows: InstanceRow[] = [];
      const count = Math.max(CHUNK, filter.limit + 1);
      // nothing is waited for below, so that all of it is read as of one moment
      const unindexed = notYetIndexed();
      for (;;) {
        const next = places(filter, unindexed, place, count);
        for (const at of next) {
          const row = readHead(tables, at[1])?.row;
          if (row === undefined) {
            throw damaged(`the row of instance ${at[1]} is missing`, { instance: at[1] });
          }
          if (!matches(row, filter)) continue;
          if (rows.length === filter.limit) {
            return { rows, next: place === undefined ? null : encodeCursor(place) };
          }
          rows.push(row);
          place = at;
        }
        if (next.length < count) return { rows, next: null };
        place = next.at(-1);
      }
    },

    count: async (filter) => {
      let total = 0;
      for (const status of filter.status === undefined ? ['active', 'done'] : [filter.status]) {
        total += Number(getText(tables.counts, countKey(filter, status)) ?? 0);
      }
      for (const { row, indexed } of notYetIndexed().values()) {
        if (indexed !== null && matches(indexed, filter)) total -= 1;
        if (row !== undefined && matches(row, filter)) total += 1;
      }
      return total;
    },
  };
}

function newestFirst(a: Place, b: Place): number {
  if (a[0] !== b[0]) return b[0] - a[0];
  return Buffer.compare(Buffer.from(b[1]), Buffer.from(a[1]));
}

/** The index with the fewest rows to look through. */
function narrowest(filter: Filter): readonly [RowIndex, string] {
  if (filter.parent !== undefined) return ['parent', filter.parent];
  if (filter.partnership !== undefined) return ['partnership', filter.partnership];
  return filter.workflow === undefined ? ['all', ''] : ['workflow', filter.workflow];
}

function matches(row: InstanceRow, filter: Omit<Filter, 'limit' | 'after'>): boolean {
  return (
    (filter.parent === undefined || row.parent === filter.parent) &&
    (filter.partnership === undefined || row.partnership === filter.partnership) &&
    (filter.workflow === undefined || row.workflow === filter.workflow) &&
    (filter.status === undefined || row.status === filter.status)
  );
}
