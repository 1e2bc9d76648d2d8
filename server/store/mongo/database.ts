import { setTimeout as pause } from 'node:timers/promises';
import { ConcordatError } from '../../../engine/errors.ts';
import type { Models } from './models.ts';
import { createReading } from './reading.ts';
import { isDuplicate, isUnknownOutcome, mongoError } from './store-error.ts';

/** The collections, with one way to read and one to write. */
export interface Database {
  readonly models: Models;
  /** Without secrets. */
  readonly address: string;
  /** Throws `store-unreadable` when the database cannot be asked. */
  read<T>(ask: () => Promise<T>): Promise<T>;
  /** As `read`, but within `reading` what was read under this name is not asked for again. */
  readOnce<T>(name: string, ask: () => Promise<T>): Promise<T>;
  /** See `Store.reading`. */
  readonly reading: <T>(work: () => T) => T;
  /** As `read`; throws `store-owned` when the store was opened for reading only. */
  write<T>(change: () => Promise<T>): Promise<T>;
  /**
   * As `write`, for a change that may be made any number of times: made again while it is not known
   * whether it was kept, for some seconds.
   */
  writeUntilKnown<T>(change: () => Promise<T>): Promise<T>;
  /** Refuses what comes later and waits for what is under way. */
  end(): Promise<void>;
}

/** How long a change whose outcome is unknown is made again. */
const KNOWN_WITHIN_MS = 10_000;
const AGAIN_AFTER_MS = 200;

export function createDatabase(models: Models, address: string, readOnly: boolean): Database {
  let ended = false;
  const underWay = new Set<Promise<unknown>>();
  const reading = createReading();

  async function call<T>(work: () => Promise<T>): Promise<T> {
    if (ended) throw closed();
    const pending = work();
    underWay.add(pending);
    try {
      return await pending;
    } catch (error) {
      throw mongoError(error, address);
    } finally {
      underWay.delete(pending);
    }
  }

  async function write<T>(change: () => Promise<T>): Promise<T> {
    if (readOnly) throw readingOnly(address);
    reading.forget();
    try {
      return await call(change);
    } finally {
      // also of what was read meanwhile
      reading.forget();
    }
  }

  return {
    models,
    address,
    read: call,
    readOnce: (name, ask) => reading.once(name, () => call(ask)),
    reading: (work) => reading.within(work),
    write,
    writeUntilKnown: (change) => write(() => untilKnown(change)),
    async end() {
      ended = true;
      await Promise.allSettled(underWay);
    },
  };
}

/** Makes a repeatable change again while its outcome is unknown; throws the last such error. */
export async function untilKnown<T>(change: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    try {
      return await change();
    } catch (error) {
      if (!isUnknownOutcome(error) || performance.now() > giveUpAt) throw error;
    }
    await pause(AGAIN_AFTER_MS);
  }
}

/**
 * Changes a document that matches, or adds it: `change(true)` is an upsert whose filter names the
 * `_id` and more. When a document with that `_id` stands and does not match, the upsert meets it as
 * a duplicate; so does one of two upserts that add it at the same time, and that one may match now.
 * Answers whether anything matched or was added.
 */
export async function upsertIfMatching(
  change: (upsert: boolean) => Promise<{
    readonly matchedCount: number;
    readonly upsertedCount: number;
  }>,
): Promise<boolean> {
  try {
    const { matchedCount, upsertedCount } = await change(true);
    return matchedCount + upsertedCount > 0;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return (await change(false)).matchedCount > 0;
  }
}

/** Adds what is new; what stands already, or is added by another at the same time, stays. */
export async function unlessThere(add: () => Promise<unknown>): Promise<void> {
  try {
    await add();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}

function closed(): ConcordatError {
  return new ConcordatError('store-unreadable', 'the store is closed', {
    userMessage: 'Concordat is stopping. Try again in a moment.',
  });
}

function readingOnly(address: string): ConcordatError {
  return new ConcordatError('store-owned', `${address} is open for reading only`, {
    userMessage: `The database ${address} was opened for reading only by this command.`,
  });
}
