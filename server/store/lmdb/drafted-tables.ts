import type { Key } from 'lmdb';
import type { LmdbTables, Table, TableName, Tables } from './tables.ts';

/** One entry that a write puts (or removes, when it has no value). */
export interface Change {
  readonly table: TableName;
  readonly key: Key;
  readonly value: string | undefined;
}

/** What writes have decided that will share one transaction, while the next of them decides. */
export interface Drafts {
  /** From now on reads of single entries see these changes. */
  add(changes: readonly Change[]): void;
  clear(): void;
}

/** Thrown by the reading of a range while there are drafts: they are not looked through. */
export class RangeOverDrafts extends Error {}

/** Tables that show what is stored, and the drafts over it while there are any. */
export function draftedTables(stored: LmdbTables): {
  readonly tables: Tables;
  readonly drafts: Drafts;
} {
  const drafted = new Map<string, string | undefined>();
  const requireNone = (): void => {
    if (drafted.size > 0) throw new RangeOverDrafts();
  };
  const tableOf = (name: TableName): Table => {
    const table = stored[name];
    return {
      name,
      get(key) {
        if (drafted.size === 0) return table.get(key);
        const place = placeOf(name, key);
        return drafted.has(place) ? drafted.get(place) : table.get(key);
      },
      getKeys(range) {
        requireNone();
        return table.getKeys(range);
      },
      getRange(range) {
        requireNone();
        return table.getRange(range);
      },
    };
  };
  const names = Object.keys(stored) as TableName[];
  return {
    tables: Object.fromEntries(names.map((name) => [name, tableOf(name)])) as Tables,
    drafts: {
      add(changes) {
        for (const { table, key, value } of changes) drafted.set(placeOf(table, key), value);
      },
      clear: () => drafted.clear(),
    },
  };
}

/** A text on its own and a list of one are the same key to LMDB. */
function placeOf(table: TableName, key: Key): string {
  return `${table} ${JSON.stringify(Array.isArray(key) && key.length === 1 ? key[0] : key)}`;
}
