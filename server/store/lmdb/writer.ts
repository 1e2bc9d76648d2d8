import { IF_EXISTS, type Key, type RootDatabase } from 'lmdb';
import { ConcordatError, isConcordatError } from '../../../engine/errors.ts';
import { isDamaged } from '../damaged.ts';
import type { Faults, WritePoint } from './faults.ts';
import { checkKey } from './key.ts';
import type { RoomAhead } from './room-ahead.ts';
import { seal } from './seal.ts';
import { diskFailed, isFull, storeError } from './store-error.ts';
import type { RecordTable, Table } from './tables.ts';

/**
 * The changes of one write. They are collected first and written together at the end, because a
 * transaction that LMDB shares between several callers cannot be taken back: whatever can be
 * refused is refused before the first byte is written. Reads therefore see the state before.
 */
export interface WritePlan {
  /** Puts a text behind its seal; an empty one, as of an index, as it is. */
  put(table: Table, key: Key, text: string): void;
  /** Puts a value that carries a hash of its own. */
  putHashed(table: Table, key: Key, value: string): void;
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
  /**
   * The same for each of many, in one transaction; answers those that are damaged (`store-damaged`), which
   * are left as they are. It may use the last of the room, which other writes leave; when even that is
   * too little, those before are kept and it throws `store-full`.
   */
  writeEach<K>(
    point: WritePoint,
    keys: () => readonly K[],
    decide: (plan: WritePlan, key: K) => void,
  ): Promise<ReadonlyMap<K, ConcordatError>>;
  /**
   * Waits for what is under way and refuses what comes later; answers whether all that was written here
   * is known to be on the disk.
   */
  end(): Promise<boolean>;
}

interface Change {
  readonly table: Table;
  readonly key: Key;
  readonly value: string | undefined;
}

interface WriterParts {
  readonly root: RootDatabase<string>;
  readonly meta: Table;
  readonly directory: string;
  /** Throws `store-owned` when another process has taken the folder over. */
  readonly confirmOwner: () => void;
  /** Stands in the meta table as long as this process owns the folder. */
  readonly condition: Key;
  readonly room: RoomAhead;
  readonly faults: Faults | undefined;
  /** Why there is no writing at all, if so. */
  readonly refusal: ConcordatError | undefined;
}

export function createWriter(parts: WriterParts): Writer {
  const { root, meta, directory, confirmOwner, room, faults } = parts;
  let stopped = parts.refusal;
  const underWay = new Set<Promise<unknown>>();

  function decided<T>(
    point: WritePoint,
    decide: (plan: WritePlan) => T,
  ): { readonly result: T; readonly changes: readonly Change[] } {
    if (stopped !== undefined) throw stopped;
    confirmOwner();
    const changes: Change[] = [];
    const result = decide(planInto(changes));
    faults?.('before-commit', point);
    return { result, changes };
  }

  /** Inside a transaction: makes sure of the room that the changes may need, and writes them. */
  function apply(changes: readonly Change[], bytes: number, least?: number): void {
    if (!room.take(bytes, least)) room.make(bytes, least);
    for (const { table, key, value } of changes) {
      if (value === undefined) table.removeSync(key);
      else table.putSync(key, value);
    }
  }

  /** Decides inside a transaction that it shares with whoever else writes meanwhile. */
  async function shared<T>(point: WritePoint, decide: (plan: WritePlan) => T): Promise<T> {
    let taken = 0;
    try {
      return await root.transaction(() => {
        const { result, changes } = decided(point, decide);
        const bytes = mostBytes(changes);
        apply(changes, bytes);
        taken = bytes;
        return result;
      });
    } finally {
      room.settle(taken);
    }
  }

  /**
   * When no other write is under way, what has been decided is handed to LMDB as a list: a transaction
   * that calls back costs two more changes of thread. It still is true when LMDB writes it, since only
   * the owner of the folder writes, and LMDB looks first whether this process still is that.
   */
  async function alone<T>(point: WritePoint, decide: (plan: WritePlan) => T): Promise<T> {
    // a read would go on seeing what it saw first until the event loop has turned
    root.resetReadTxn();
    const { result, changes } = decided(point, decide);
    if (changes.length === 0) return result;
    const bytes = mostBytes(changes);
    let taken = room.take(bytes) ? bytes : 0;
    try {
      if (taken > 0) await handOver(changes);
      else {
        await root.transaction(() => {
          confirmOwner();
          apply(changes, bytes);
          taken = bytes;
        });
      }
    } finally {
      room.settle(taken);
    }
    return result;
  }

  async function handOver(changes: readonly Change[]): Promise<void> {
    const kept = await meta.ifVersion(parts.condition, IF_EXISTS, () => {
      for (const { table, key, value } of changes) {
        void (value === undefined ? table.remove(key) : table.put(key, value));
      }
    });
    if (kept) return;
    root.resetReadTxn();
    confirmOwner();
    throw new ConcordatError('store-owned', `${directory} has another owner`);
  }

  /** As `shared`, for each of many. */
  async function each<K>(
    point: WritePoint,
    keys: () => readonly K[],
    decide: (plan: WritePlan, key: K) => void,
  ): Promise<ReadonlyMap<K, ConcordatError>> {
    const damaged = new Map<K, ConcordatError>();
    let taken = 0;
    let full: unknown;
    try {
      await root.transaction(() => {
        for (const key of keys()) {
          try {
            const { changes } = decided(point, (plan) => {
              decide(plan, key);
            });
            const bytes = mostBytes(changes);
            apply(changes, bytes, 0);
            taken += bytes;
          } catch (error) {
            if (isDamaged(error)) damaged.set(key, error);
            else if (isFull(error)) {
              full = error;
              return;
            } else throw error;
          }
        }
      });
    } finally {
      room.settle(taken);
    }
    if (full !== undefined) throw full;
    return damaged;
  }

  function write<T>(point: WritePoint, decide: (plan: WritePlan) => T): Promise<T> {
    return watched(point, () =>
      underWay.size === 0 ? alone(point, decide) : shared(point, decide),
    );
  }

  async function watched<T>(point: WritePoint, begin: () => Promise<T>): Promise<T> {
    if (stopped !== undefined) throw stopped;
    const pending = begin();
    underWay.add(pending);
    try {
      const result = await pending;
      faults?.('after-commit', point);
      return result;
    } catch (error) {
      const known = storeError(await commitErrorOf(error), directory);
      if (!mustStop(known, error)) throw known;
      stopped = known.code === 'store-unreadable' ? diskFailed(known.cause, directory) : known;
      throw stopped;
    } finally {
      underWay.delete(pending);
    }
  }

  function giveBack(): void {
    confirmOwner();
    room.giveBack();
  }

  return {
    write,
    writeEach: (point, keys, decide) => watched(point, () => each(point, keys, decide)),
    async end() {
      const sound = stopped === undefined;
      stopped ??= new ConcordatError('store-unreadable', 'the store is closed', {
        userMessage: 'Concordat is stopping. Try again in a moment.',
      });
      await Promise.allSettled(underWay);
      // the file of a disk that failed is left as it is
      if (sound) await root.transaction(giveBack).catch(() => undefined);
      return sound;
    },
  };
}

function planInto(changes: Change[]): WritePlan {
  return {
    put(table, key, text) {
      checkKey(key);
      changes.push({ table, key, value: text === '' ? '' : seal(key, text) });
    },
    putHashed(table, key, value) {
      checkKey(key);
      changes.push({ table, key, value });
    },
    putJson(table, key, record) {
      checkKey(key);
      changes.push({ table, key, value: seal(key, JSON.stringify(record)) });
    },
    remove(table, key) {
      changes.push({ table, key, value: undefined });
    },
  };
}

/** Pages that a write changes beside its own: the ways to them, what is free, LMDB's two first. */
const PAGES_OF_A_WRITE = 16;
const PAGES_OF_A_CHANGE = 2;
const PAGE = 4096;

/** More than a write makes LMDB's file longer by. */
function mostBytes(changes: readonly Change[]): number {
  const texts = changes.reduce((sum, { value = '' }) => sum + Buffer.byteLength(value), 0);
  return texts + (PAGES_OF_A_WRITE + changes.length * PAGES_OF_A_CHANGE) * PAGE;
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
