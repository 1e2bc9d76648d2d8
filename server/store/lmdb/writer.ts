import { IF_EXISTS, type Key, type RootDatabase } from 'lmdb';
import { ConcordatError, isConcordatError } from '../../../engine/errors.ts';
import { type Change, type Drafts, RangeOverDrafts } from './drafted-tables.ts';
import type { Faults, WritePoint } from './faults.ts';
import { checkKey } from './key.ts';
import type { RoomAhead } from './room-ahead.ts';
import { isFull, storeError } from './store-error.ts';
import type { LmdbTables, RecordTable, Table } from './tables.ts';

/**
 * The changes of one write. They are collected first and written together at the end, because a
 * transaction that several callers share cannot be taken back: whatever can be refused is refused
 * before the first byte is written. Reads therefore see the state before.
 */
export interface WritePlan {
  put(table: Table, key: Key, value: string): void;
  putJson<T>(table: RecordTable<T>, key: Key, record: T): void;
  remove(table: Table, key: Key): void;
}

export interface Writer {
  /**
   * Decides and writes in one LMDB transaction; resolves once that is durable. Writes asked for at
   * the same time share one fsync; each decides on what those before it have left. `decide` may be
   * called more than once and must do nothing but read and plan. Throws `store-full` (nothing kept,
   * may be tried again), `store-owned`, or `store-unreadable`, after which the store takes no more
   * writes.
   */
  write<T>(point: WritePoint, decide: (plan: WritePlan) => T): Promise<T>;
  /** Waits for what is under way and refuses what comes later. */
  end(): Promise<void>;
}

interface WriterParts {
  readonly root: RootDatabase<string>;
  readonly tables: LmdbTables;
  readonly drafts: Drafts;
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

/** A write that waits for its turn. */
interface Waiting {
  readonly point: WritePoint;
  /** Decides; answers the changes, and how its caller hears of it once they are durable. */
  readonly plan: () => { readonly changes: readonly Change[]; readonly tell: () => void };
  readonly fail: (error: unknown) => void;
}

type Decided = Waiting & ReturnType<Waiting['plan']>;

/** Writes that share a transaction: more would keep requests waiting while they are decided. */
const MOST_AT_ONCE = 200;

/**
 * One transaction is under way at a time; what is asked for meanwhile goes together into the next.
 * Everything is decided here, on the event loop's own thread, and then handed to LMDB as a list: a
 * transaction that calls back costs two more changes of thread. Nobody else writes to the folder, which
 * LMDB checks at the start of the transaction (`condition`), so what was decided still is true then.
 */
export function createWriter(parts: WriterParts): Writer {
  const { root, tables, drafts, directory, confirmOwner, room, faults } = parts;
  let stopped = parts.refusal;
  let waiting: Waiting[] = [];
  let underWay: Promise<void> | undefined;

  function failed(error: unknown): ConcordatError {
    const known = storeError(error, directory);
    if (mustStop(known, error)) stopped = known;
    return known;
  }

  /** Lets as many as may share a transaction decide, each knowing what those before it have. */
  function decideWaiting(): readonly Decided[] {
    const decided: Decided[] = [];
    let next = 0;
    try {
      for (; next < waiting.length && next < MOST_AT_ONCE; next += 1) {
        const one = waiting[next] as Waiting;
        try {
          if (stopped !== undefined) throw stopped;
          const plan = one.plan();
          faults?.('before-commit', one.point);
          decided.push({ ...one, ...plan });
          if (next + 1 < waiting.length) drafts.add(plan.changes);
        } catch (error) {
          // it is the first of the next transaction, and then there is nothing but what is stored
          if (error instanceof RangeOverDrafts) break;
          one.fail(failed(error));
        }
      }
    } finally {
      drafts.clear();
      waiting = waiting.slice(next);
    }
    return decided;
  }

  async function commit(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    const kept = await tables.meta.ifVersion(parts.condition, IF_EXISTS, () => {
      for (const { table, key, value } of changes) {
        void (value === undefined ? tables[table].remove(key) : tables[table].put(key, value));
      }
    });
    if (kept) return;
    root.resetReadTxn();
    confirmOwner();
    throw new ConcordatError('store-owned', `${directory} has another owner`);
  }

  async function writeWaiting(): Promise<void> {
    let decided: readonly Decided[] = [];
    try {
      await room.keep(confirmOwner);
      // a read would go on seeing what it saw first until the event loop has turned
      root.resetReadTxn();
      confirmOwner();
      decided = decideWaiting();
      await commit(decided.flatMap(({ changes }) => changes));
    } catch (error) {
      const known = failed(await commitErrorOf(error));
      for (const { fail } of decided.length > 0 ? decided : waiting.splice(0)) fail(known);
      return;
    }
    for (const { point, tell, fail } of decided) {
      try {
        faults?.('after-commit', point);
        tell();
      } catch (error) {
        fail(failed(error));
      }
    }
  }

  function writeOn(): void {
    if (underWay !== undefined || waiting.length === 0) return;
    underWay = writeWaiting().finally(() => {
      underWay = undefined;
      writeOn();
    });
  }

  async function drained(): Promise<void> {
    if (underWay === undefined) return;
    await underWay;
    await drained();
  }

  return {
    write: (point, decide) =>
      new Promise((resolve, reject) => {
        const plan = () => {
          const changes: Change[] = [];
          const result = decide(planInto(changes));
          return { changes, tell: () => resolve(result) };
        };
        waiting.push({ point, plan, fail: reject });
        writeOn();
      }),
    async end() {
      const sound = stopped === undefined;
      stopped ??= new ConcordatError('store-unreadable', 'the store is closed', {
        userMessage: 'Concordat is stopping. Try again in a moment.',
      });
      await drained();
      // a file that could not be written is left as it is
      if (sound) await room.giveBack(confirmOwner).catch(() => undefined);
    },
  };
}

function planInto(changes: Change[]): WritePlan {
  return {
    put(table, key, value) {
      checkKey(key);
      changes.push({ table: table.name, key, value });
    },
    putJson(table, key, record) {
      checkKey(key);
      changes.push({ table: table.name, key, value: JSON.stringify(record) });
    },
    remove(table, key) {
      changes.push({ table: table.name, key, value: undefined });
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
