import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Filling, type FillingStore, notEmpty, takenOver } from '../filling.ts';
import { getJson, type RecordTable, type Tables } from './tables.ts';
import type { WritePlan, Writer } from './writer.ts';

const FILLING = 'filling';
/** What LMDB and the owner of a folder put there. */
const OWN_FILE = /^(data\.mdb|lock\.mdb|sound|room|owner\..*)$/u;

export function createLmdbFillingStore(
  tables: Tables,
  writer: Writer,
  address: string,
): FillingStore {
  const meta: RecordTable<Filling> = tables.meta;
  async function change(by: string, write: (plan: WritePlan) => void): Promise<void> {
    const mine = await writer.write('filling', (plan) => {
      if (readFilling(meta)?.by !== by) return false;
      write(plan);
      return true;
    });
    // only then: thrown in the transaction, it would end all writing here
    if (!mine) throw takenOver(address);
  }
  return {
    get: async () => readFilling(meta),
    begin: (filling) => writer.write('filling', (plan) => plan.putJson(meta, FILLING, filling)),
    advance: (filling) => change(filling.by, (plan) => plan.putJson(meta, FILLING, filling)),
    finish: (by) => change(by, (plan) => plan.remove(meta, FILLING)),
  };
}

/** What the store says of its own filling; undefined for one that is whole. */
export function readFilling(meta: RecordTable<Filling>): Filling | undefined {
  return getJson(meta, FILLING);
}

/** Throws `store-not-empty` for a folder with files that are no store's, before anything is made there. */
export function requireOnlyStore(directory: string): void {
  if (existsSync(join(directory, 'data.mdb')) || !existsSync(directory)) return;
  if (readdirSync(directory).length > 0) throw notEmpty(directory);
}

/** Throws `store-not-empty` for a store that holds something and is not being filled. */
export function requireRoom(tables: Tables, directory: string): void {
  if (readFilling(tables.meta) !== undefined) return;
  const empty = Object.entries(tables).every(
    ([name, table]) => name === 'meta' || table.getKeysCount({ limit: 1 }) === 0,
  );
  const alone = readdirSync(directory).every((name) => OWN_FILE.test(name));
  if (!empty || !alone) throw notEmpty(directory);
}
