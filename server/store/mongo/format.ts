import { setTimeout as pause } from 'node:timers/promises';
import mongoose, { type Connection } from 'mongoose';
import { ConcordatError } from '../../../engine/errors.ts';
import { newId } from '../../new-id.ts';
import { damaged } from '../damaged.ts';
import { timeThere } from './database-clock.ts';
import { unlessThere } from './database.ts';
import type { Models } from './models.ts';

/** The format that this version writes. */
const STORE_FORMAT = 1;
const FORMAT = 'format';
const LEASE_MS = 30_000;
const ASK_AGAIN_MS = 250;

/**
 * One step from a format to the next. It may run again after it was cut short, and processes of the
 * version before may still be running: it adds, and leaves alone what they read.
 */
export interface Migration {
  readonly from: number;
  readonly migrate: (models: Models) => Promise<void>;
}

/** Every migration there has been, oldest first. Format 1 is the first, so there is none yet. */
const MIGRATIONS: readonly Migration[] = [];

interface Place {
  readonly connection: Connection;
  readonly models: Models;
  readonly address: string;
}

/** Throws `store-unreadable` when there is no store, `store-version` when it has another format. */
export async function requireFormat({ models, address }: Place): Promise<void> {
  const format = await readFormat(models);
  if (format === undefined) {
    throw new ConcordatError('store-unreadable', `no store in ${address}`, {
      userMessage: `There is no Concordat data in ${address}. Check the name of the database, or start the server to make a new one.`,
    });
  }
  if (format !== STORE_FORMAT) throw otherFormat(format, address);
}

/**
 * Makes a new store, or brings an older one to the present format. Of several processes one does it,
 * under a lease, and the others wait. Throws `store-version` for a newer format, or when a step is
 * missing.
 */
export async function bringUpToDate(
  place: Place,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const { models, address } = place;
  for (;;) {
    const format = await readFormat(models);
    if (format === undefined) {
      await makeIndexes(models);
      await unlessThere(() =>
        models.meta.updateOne(
          { _id: FORMAT },
          { $setOnInsert: { format: STORE_FORMAT } },
          { upsert: true },
        ),
      );
      continue;
    }
    if (format > STORE_FORMAT) throw otherFormat(format, address);
    if (format === STORE_FORMAT) return makeIndexes(models);
    const step = migrations.find(({ from }) => from === format);
    if (step === undefined) throw otherFormat(format, address);
    if (!(await migrateUnderLease(place, step))) await pause(ASK_AGAIN_MS);
  }
}

/** True when the step was taken; false while another process is at it. */
async function migrateUnderLease(
  { connection, models }: Place,
  { from, migrate }: Migration,
): Promise<boolean> {
  const { meta } = models;
  const owner = newId();
  const now = await timeThere(connection);
  const free = [
    { until: mongoose.trusted({ $exists: false }) },
    { until: mongoose.trusted({ $lte: new Date(now) }) },
  ];
  const taken = await meta.updateOne(
    { _id: FORMAT, format: from, $or: free },
    { $set: { owner, until: new Date(now + LEASE_MS) } },
  );
  if (taken.matchedCount === 0) return false;
  const mine = { _id: FORMAT, format: from, owner };
  const renewal = setInterval(() => {
    timeThere(connection)
      .then((time) => meta.updateOne(mine, { $set: { until: new Date(time + LEASE_MS) } }))
      .catch(() => undefined);
  }, LEASE_MS / 3);
  try {
    await migrate(models);
    await makeIndexes(models);
  } catch (error) {
    await meta.updateOne(mine, { $unset: { owner: 1, until: 1 } });
    throw error;
  } finally {
    clearInterval(renewal);
  }
  await meta.updateOne(mine, { $set: { format: from + 1 }, $unset: { owner: 1, until: 1 } });
  return true;
}

async function readFormat({ meta }: Models): Promise<number | undefined> {
  const kept = await meta.findById(FORMAT).lean();
  if (kept === null) return undefined;
  if (!Number.isSafeInteger(kept.format) || kept.format === undefined) {
    throw damaged('the store does not say which format it has', { format: kept.format });
  }
  return kept.format;
}

/** Makes the indexes that the schemas declare; those that stand are left as they are. */
async function makeIndexes(models: Models): Promise<void> {
  await Promise.all(Object.values(models).map((model) => model.createIndexes()));
}

function otherFormat(format: number, address: string): ConcordatError {
  const newer = format > STORE_FORMAT;
  return new ConcordatError(
    'store-version',
    `${address} has format ${format}, this version reads ${STORE_FORMAT}`,
    {
      userMessage: newer
        ? `The database ${address} was written by a newer Concordat (format ${format}; this one knows ${STORE_FORMAT}). Install that version or a later one. Nothing was changed.`
        : `The database ${address} has the older format ${format}. Start the server on it once, so that it is brought up to date. Nothing was changed.`,
      details: { address, format, known: STORE_FORMAT },
    },
  );
}
