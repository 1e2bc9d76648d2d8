import { hostname } from 'node:os';
import mongoose from 'mongoose';
import { ConcordatError } from '../../../engine/errors.ts';
import { newId } from '../../new-id.ts';
import { within } from '../../within.ts';
import type { Models } from './models.ts';

/** That a process uses the database, for commands that must not find it in use. */
export interface Presence {
  /** Takes the mark away, unless the database is gone as well. */
  end(): Promise<void>;
}

const BEAT_MS = 10_000;
/** For so long a mark counts that is not set again: its process has ended without a word, or is paused. */
const PRESENT_MS = 30_000;
/** Whoever stops us does not wait for long, and a mark that stays only counts a little longer. */
const END_WITHIN_MS = 1_000;
const PREFIX = 'process/';
/** Every id that begins so, and no other: '0' comes after '/'. */
const ALL = mongoose.trusted({ $gte: PREFIX, $lt: 'process0' });

/** Says that this process uses the database, as long as it does. `time`: the database's, in milliseconds. */
export async function announcePresence(
  { meta }: Pick<Models, 'meta'>,
  time: () => number,
): Promise<Presence> {
  const _id = `${PREFIX}${newId()}`;
  const owner = `${hostname()}, process ${process.pid}`;
  const beat = () =>
    meta.updateOne(
      { _id },
      { $set: { owner, until: new Date(time() + PRESENT_MS) } },
      { upsert: true },
    );
  // those of processes that were killed would gather
  await meta.deleteMany({ _id: ALL, until: mongoose.trusted({ $lte: new Date(time()) }) });
  await beat();
  let beating: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    // while the database is away there is nobody to tell
    beating = beat().catch(() => undefined);
  }, BEAT_MS);
  timer.unref();
  return {
    async end() {
      clearInterval(timer);
      const gone = beating.then(() => meta.deleteOne({ _id }));
      const late = () => new ConcordatError('store-unreadable', 'a mark was left behind');
      await within(END_WITHIN_MS, gone, late).catch(() => undefined);
    },
  };
}

/** Where a process runs that uses the database; undefined when there is none that can be seen. */
export async function presentProcess(
  { meta }: Pick<Models, 'meta'>,
  time: number,
): Promise<string | undefined> {
  const present = { _id: ALL, until: mongoose.trusted({ $gt: new Date(time) }) };
  const found = await meta.findOne(present, { owner: 1 }).lean();
  return found === null ? undefined : (found.owner ?? '');
}
