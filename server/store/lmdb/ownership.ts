import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Key, RootDatabase } from 'lmdb';
import { ConcordatError } from '../../../engine/errors.ts';
import { livenessOf, type ProcessIdentity, thisProcess } from './process-identity.ts';
import { seal } from './seal.ts';
import { getJson, type Table } from './tables.ts';

/**
 * One process owns a folder. LMDB itself lets a second writer in, so the owner stands in the meta
 * table, and every write transaction is made on condition that it still is who opened the folder.
 */
export interface Ownership {
  /** Stands in the meta table as long as this process owns the folder. */
  readonly condition: Key;
  /** Throws `store-owned` when the folder was taken over. */
  confirm(): void;
  /** Gives the folder back. */
  release(): Promise<void>;
}

/** Who owns the folder, or who was the last to. */
interface Owner {
  readonly epoch: number;
  readonly id: string;
  readonly process: ProcessIdentity;
}

export const OWNER = 'owner';
const BEAT_FILE = 'owner.';
const BEAT_MS = 2_000;
/** How long an owner that cannot be looked up must stay silent before its folder is taken over. */
const SILENCE_MS = 7_000;

/**
 * Makes this process the owner. A dead owner is taken over at once; one of another machine or
 * container after it has been silent for seven seconds. Throws `store-owned` if it lives.
 */
export async function takeOwnership(
  root: RootDatabase<string>,
  meta: Table,
  directory: string,
): Promise<Ownership> {
  const id = randomUUID();
  const beatFile = join(directory, BEAT_FILE + id);
  let beats = 0;
  const beat = () => writeFileSync(beatFile, String(beats++));

  beat();
  try {
    for (;;) {
      // a read would go on seeing what it saw first until the event loop has turned
      root.resetReadTxn();
      const present = ownerIn(meta);
      if (present !== undefined && (await lives(present, directory)))
        throw owned(directory, present);
      const owner: Owner = { epoch: (present?.epoch ?? 0) + 1, id, process: thisProcess() };
      // the synchronous transaction holds LMDB's own lock, so of two that start at once one wins
      const won = root.transactionSync(() => {
        if (ownerIn(meta)?.id !== present?.id) return false;
        meta.putSync(OWNER, seal(OWNER, JSON.stringify(owner)));
        if (present !== undefined) meta.removeSync(conditionOf(present));
        meta.putSync(conditionOf(owner), '');
        return true;
      });
      if (won) break;
    }
  } catch (error) {
    rmSync(beatFile, { force: true });
    throw error;
  }
  // a contender that won just before has removed the beats it did not know
  beat();
  removeOtherBeats(directory, id);
  const timer = setInterval(() => {
    try {
      beat();
    } catch {
      // a full disk: the epoch still protects the folder
    }
  }, BEAT_MS);
  timer.unref();

  const mine = meta.get(OWNER);
  const condition = conditionOf({ id });
  return {
    condition,
    confirm() {
      if (meta.get(OWNER) !== mine) throw owned(directory, ownerIn(meta));
    },
    async release() {
      clearInterval(timer);
      await root.transaction(() => {
        const owner = ownerIn(meta);
        if (owner?.id !== id) return;
        meta.removeSync(condition);
        // the epoch goes on, so that no two owners ever share one
        meta.putSync(OWNER, seal(OWNER, JSON.stringify({ ...owner, id: 'nobody' })));
      });
      rmSync(beatFile, { force: true });
    },
  };
}

function ownerIn(meta: Table): Owner | undefined {
  const stored = meta.get(OWNER);
  // format 1 kept it without a seal, and whose the folder is has to be known before it is migrated
  if (stored?.startsWith('{') === true) return JSON.parse(stored) as Owner;
  return getJson<Owner>(meta, OWNER);
}

function conditionOf({ id }: Pick<Owner, 'id'>): Key {
  return ['owns', id];
}

/** Throws `store-owned` if the folder's owner lives; only reads. */
export async function refuseIfOwned(meta: Table, directory: string): Promise<void> {
  const present = ownerIn(meta);
  if (present !== undefined && (await lives(present, directory))) throw owned(directory, present);
}

/** A backup and a folder given back have no beat file, so nobody owns them. */
async function lives(owner: Owner, directory: string): Promise<boolean> {
  const before = lastBeat(directory, owner.id);
  if (before === undefined) return false;
  const liveness = livenessOf(owner.process);
  if (liveness !== 'unknown') return liveness === 'alive';
  await pause(SILENCE_MS);
  const after = lastBeat(directory, owner.id);
  return after !== undefined && after !== before;
}

function lastBeat(directory: string, id: string): string | undefined {
  try {
    return readFileSync(join(directory, BEAT_FILE + id), 'utf8');
  } catch {
    return undefined;
  }
}

function removeOtherBeats(directory: string, id: string): void {
  for (const name of readdirSync(directory)) {
    if (name.startsWith(BEAT_FILE) && name !== BEAT_FILE + id) {
      rmSync(join(directory, name), { force: true });
    }
  }
}

function owned(directory: string, owner: Owner | undefined): ConcordatError {
  const who =
    owner === undefined
      ? 'another process'
      : `process ${owner.process.pid} on ${owner.process.host}`;
  return new ConcordatError('store-owned', `${directory} is in use by ${who}`, {
    userMessage: `The data folder ${directory} is already in use by another Concordat (${who}). Stop that one first, or give this one a folder of its own with --store lmdb:FOLDER.`,
    details: { directory, process: owner?.process.pid, host: owner?.process.host },
  });
}
