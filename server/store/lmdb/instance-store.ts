import { damaged } from '../damaged.ts';
import type { InstanceRow } from '../instance-row.ts';
import type { InstanceStore } from '../instance-store.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readHead } from './instance-table.ts';
import { FIRST_INSTANT, LAST_INSTANT } from './key.ts';
import { countKey, type RowIndex, type RowKey } from './row-index.ts';
import { getText, type Tables } from './tables.ts';

type Filter = Parameters<InstanceStore['list']>[0];
type Place = readonly [updated: number, instance: string];

const CHUNK = 64;

export function createLmdbInstanceStore(tables: Tables): InstanceStore {
  /** Newest first over the given statuses, `count` at most, older than `place`. */
  function places(filter: Filter, place: Place | undefined, count: number): Place[] {
    const [by, value] = narrowest(filter);
    const found: Place[] = [];
    for (const status of filter.status === undefined ? ['active', 'done'] : [filter.status]) {
      const keys = tables.rowIndex.getKeys({
        start: [by, value, status, ...(place ?? [LAST_INSTANT])],
        end: [by, value, status, FIRST_INSTANT],
        reverse: true,
        exclusiveStart: place !== undefined,
        limit: count,
      });
      for (const key of keys) {
        const [, , , updated, instance] = key as RowKey;
        found.push([updated, instance]);
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
      for (;;) {
        const next = places(filter, place, count);
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

function matches(row: InstanceRow, filter: Filter): boolean {
  return (
    (filter.parent === undefined || row.parent === filter.parent) &&
    (filter.partnership === undefined || row.partnership === filter.partnership) &&
    (filter.workflow === undefined || row.workflow === filter.workflow) &&
    (filter.status === undefined || row.status === filter.status)
  );
}
