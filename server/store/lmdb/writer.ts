import type { Key, RootDatabase } from 'lmdb';
import { ConcordatError, isConcordatError } from '../../../engine/errors.ts';
import type { Faults, WritePoint } from './faults.ts';
import { checkKey } from './key.ts';
import { isFull, storeError } from './store-error.ts';
import type { RecordTable, Table } from './tables.ts';

/**
 * The changes of one write. They are collected first and written together at the end, because a
 * transaction that LMDB shares between several callers cannot be taken back: whatever can be
 * refused is refused before the first byte is written. Reads therefore see the state before.
 */
export interface WritePlan {
  put(table: Table, key: Key, value: string): void;
  putJson<T>(table: RecordTable<T>, key: Key, record: T): void;
  remove(table: Table, key: Key): void;
}

export interface Writer {
  /**
   * Decides and writes in one LMDB transaction; resolves once that is durable. Writes asked for at
   * the same time share one fsync. Throws `store-full` (nothing kept, may be tried again),
   * `store-owned`, or `store-unreadable`, after which the store takes no more writes.
   */
  write<T>(point: WritePoint, decide: (plan: WritePlan) => T): Promise<T>;
  /** Waits for what is under way and refuses what comes later. */
  end(): Promise<void>;
}

interface Change {
  readonly table: Table;
  readonly key: Key;
  readonly value: string | undefined;
}

interface WriterParts {
  readonly root: RootDatabase<string>;
  readonly directory: string;
  /** Throws `store-owned` when another process has taken the folder over. */
  readonly confirmOwner: () => void;
  readonly faults: Faults | undefined;
  /** Why there is no writing at all, if so. */
  readonly refusal: ConcordatError | undefined;
}

export function createWriter(parts: WriterParts): Writer {
  const { root, directory, confirmOwner, faults } = parts;
  let stopped = parts.refusal;
  const underWay = new Set<Promise<unknown>>();

  function attempt<T>(point: WritePoint, decide: (plan: WritePlan) => T): T {
    if (stopped !== undefined) throw stopped;
    confirmOwner();
    const changes: Change[] = [];
    const result = decide({
      put(table, key, value) {
        checkKey(key);
        changes.push({ table, key, value });
      },
      putJson(table, key, record) {
        checkKey(key);
        changes.push({ table, key, value: JSON.stringify(record) });
      },
      remove(table, key) {
        changes.push({ table, key, value: undefined });
      },
    });
    faults?.('before-commit', point);
    for (const { table, key, value } of changes) {
      if (value === undefined) table.removeSync(key);
      else table.putSync(key, value);
    }
    return result;
  }

  async function write<T>(point: WritePoint, decide: (plan: WritePlan) => T): Promise<T> {
    if (stopped !== undefined) throw stopped;
    const pending = root.transaction(() => attempt(point, decide));
    underWay.add(pending);
    try {
      const result = await pending;
      faults?.('after-commit', point);
      return result;
    } catch (error) {
      const known = storeError(await commitErrorOf(error), directory);
      if (mustStop(known, error)) stopped = known;
      throw known;
    } finally {
      underWay.delete(pending);
    }
  }

  return {
    write,
    async end() {
      stopped ??= new ConcordatError('store-unreadable', 'the store is closed', {
        userMessage: 'Concordat is stopping. Try again in a moment.',
      });
      await Promise.allSettled(underWay);
    },
  };
}

/**
 * After a failed sync nobody knows what is on the disk, and a second sync may report success for
 * pages that were dropped; so the store stops. A full disk is known to have kept nothing.
 */
function mustStop(known: ConcordatError, error: unknown): boolean {
  if (known.code === 'store-owned') return true;
  return !isConcordatError(error) && !isFull(known.cause);
}

/** LMDB's binding rejects with a general error that holds a promise of the real one. */
async function commitErrorOf(error: unknown): Promise<unknown> {
  if (typeof error !== 'object' || error === null || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (real) {
    return real;
  }
}
