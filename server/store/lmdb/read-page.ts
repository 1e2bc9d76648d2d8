import type { Key } from 'lmdb';
import type { Page, PageAsk } from '../page.ts';
import { parseRecord, type RecordTable } from './tables.ts';

/** A page of all records of a table, in the order of their keys. */
export function readPage<T>(table: RecordTable<T>, { after, limit }: PageAsk): Page<T> {
  const from = after === undefined ? {} : { start: JSON.parse(after) as Key, exclusiveStart: true };
  const found = Array.from(table.getRange({ ...from, limit }));
  const last = found.length < limit ? undefined : found.at(-1);
  return {
    records: found.map(({ key, value }) => parseRecord(table, value, key)),
    next: last === undefined ? null : JSON.stringify(last.key),
  };
}
