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

/** One caller's write, from its asking to its answer. */
interface Job {
  /** Inside the transaction. False when it was refused, and then nothing of it was written. */
  attempt(): boolean;
  /** Once the transaction is durable. */
  settle(): void;
  fail(error: unknown): void;
}

export function createWriter(parts: WriterParts): Writer {
  const { root, directory, confirmOwner, faults } = parts;
  let stopped = parts.refusal;
  let waiting: Job[] = [];
  let underWay: Promise<void> | null = null;

  /** Our own error for a failure; stops the store where nobody can know what is on the disk. */
  function known(error: unknown): ConcordatError {
    const ours = storeError(error, directory);
    if (mustStop(ours, error)) stopped = ours;
    return ours;
  }

  /** Everything that can refuse, before the first byte is written. */
  function decideAll<T>(point: WritePoint, decide: (plan: WritePlan) => T) {
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
    return { changes, result };
  }

  function jobOf<T>(
    point: WritePoint,
    decide: (plan: WritePlan) => T,
    answer: { resolve(value: T): void; reject(error: unknown): void },
  ): Job {
    let result: T | undefined;
    const fail = (error: unknown): void => answer.reject(known(error));
    return {
      attempt() {
        let changes: readonly Change[];
        try {
          ({ changes, result } = decideAll(point, decide));
        } catch (error) {
          fail(error);
          return false;
        }
        for (const { table, key, value } of changes) {
          if (value === undefined) table.removeSync(key);
          else table.putSync(key, value);
        }
        return true;
      },
      settle() {
        try {
          faults?.('after-commit', point);
          answer.resolve(result as T);
        } catch (error) {
          fail(error);
        }
      },
      fail,
    };
  }

  /** One transaction, and with it one wait for the disk, for several callers. */
  async function commitSome(): Promise<void> {
    let taken: Job[] = [];
    try {
      await root.transaction(() => {
        const jobs = waiting.slice(0, shareOf(waiting.length));
        waiting = waiting.slice(jobs.length);
        // First all of them, so that one that fails while it is written fails with the others.
        taken = jobs;
        taken = jobs.filter((job) => job.attempt());
      });
      for (const job of taken) job.settle();
    } catch (error) {
      const real = await commitErrorOf(error);
      for (const job of taken) job.fail(real);
    }
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) await commitSome();
    underWay = null;
  }

  return {
    write: (point, decide) =>
      new Promise((resolve, reject) => {
        if (stopped !== undefined) throw stopped;
        waiting.push(jobOf(point, decide, { resolve, reject }));
        underWay ??= work();
      }),
    async end() {
      stopped ??= new ConcordatError('store-unreadable', 'the store is closed', {
        userMessage: 'Concordat is stopping. Try again in a moment.',
      });
      await underWay;
    },
  };
}

/**
 * Half of those that wait: while the disk takes one half, the other is decided and its callers think
 * about their next step. All at once would leave the processor idle while the disk works.
 */
function shareOf(count: number): number {
  return count < 8 ? count : Math.ceil(count / 2);
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
