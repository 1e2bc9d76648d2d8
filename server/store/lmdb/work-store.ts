import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { instantKey } from '../instant-key.ts';
import type { LongWork, WorkStore } from '../work-store.ts';
import { writeDurably } from './document-files.ts';
import type { Faults } from './faults.ts';
import { FIRST_INSTANT, LAST_INSTANT, LAST_TEXT } from './key.ts';
import { readPage } from './read-page.ts';
import { storeError } from './store-error.ts';
import { getJson, type RecordTable, type Tables } from './tables.ts';
import type { Writer } from './writer.ts';

const SWEEP_AT_ONCE = 100;

/** Long work in tables; its files lie in `made/`, out of the way of backups. */
export function createLmdbWorkStore(
  tables: Tables,
  writer: Writer,
  directory: string,
  faults?: Faults,
): WorkStore {
  const works: RecordTable<LongWork> = tables.work;
  const get = (id: string): LongWork | undefined => getJson(works, id);
  const folderOf = (id: string): string => join(directory, 'made', encodeURIComponent(id));
  const pieceOf = (id: string, piece: number): string => join(folderOf(id), String(piece));

  return {
    put: (work) =>
      writer.write('work', (plan) => {
        const before = get(work.id);
        for (const key of before === undefined ? [] : workKeys(before)) {
          plan.remove(tables.workIndex, key);
        }
        for (const key of workKeys(work)) plan.put(tables.workIndex, key, '');
        plan.putJson(works, work.id, work);
      }),
    get: async (id) => get(id),
    list: async ({ kind, limit }) => {
      const keys = tables.workIndex.getKeys({
        start: [kind, LAST_INSTANT],
        end: [kind, FIRST_INSTANT],
        reverse: true,
        limit,
      });
      return Array.from(keys).flatMap((key) => get(idIn(key)) ?? []);
    },
    all: async (page) => readPage(works, page),
    putPiece: async (id, piece, bytes) => {
      try {
        faults?.('before-commit', 'work-file');
        await writeDurably(pieceOf(id, piece), bytes);
        faults?.('after-commit', 'work-file');
      } catch (error) {
        throw storeError(error, directory);
      }
    },
    piece: async (id, piece) => {
      try {
        return await readFile(pieceOf(id, piece));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw storeError(error, directory);
      }
    },
    sweep: async (now) => {
      const keys = tables.workIndex.getKeys({
        start: ['expires', FIRST_INSTANT],
        end: ['expires', instantKey(now), LAST_TEXT],
        limit: SWEEP_AT_ONCE,
      });
      const ids = Array.from(keys, idIn);
      for (const id of ids) {
        // the file first: without its record nobody would find it again
        await rm(folderOf(id), { recursive: true, force: true });
        await writer.write('work', (plan) => {
          const work = get(id);
          if (work === undefined) return;
          for (const key of workKeys(work)) plan.remove(tables.workIndex, key);
          plan.remove(works, id);
        });
      }
      return ids.length;
    },
  };
}

/** Where long work stands in the index. */
export function workKeys({ kind, id, startedAt, expiresAt }: LongWork): (string | number)[][] {
  return [
    [kind, instantKey(startedAt), id],
    ['expires', instantKey(expiresAt), id],
  ];
}

function idIn(key: unknown): string {
  return String((key as readonly unknown[]).at(-1));
}
