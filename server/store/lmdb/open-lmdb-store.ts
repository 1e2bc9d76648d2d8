import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { unfinished } from '../filling.ts';
import type { Store } from '../store.ts';
import type { StoreMode } from '../store-mode.ts';
import { backupStore, isBackup } from './backup.ts';
import { countInMemory } from '../count-in-memory.ts';
import { isDamaged } from '../damaged.ts';
import { isAnyBehind } from './behind.ts';
import { checkPages } from './check-pages.ts';
import { createLmdbCommitStore } from './commit-store.ts';
import { createLmdbDefinitionStore } from './definition-store.ts';
import { createLmdbDirectory } from './directory-store.ts';
import { createDocumentFiles } from './document-files.ts';
import { createLmdbDocumentStore } from './document-store.ts';
import { holdingSnapshot, openEnvironment, peekAt } from './environment.ts';
import type { Faults } from './faults.ts';
import {
  createLmdbFillingStore,
  readFilling,
  requireOnlyStore,
  requireRoom,
} from './filling-store.ts';
import { bringUpToDate, type Migration, requireFormat } from './format.ts';
import { createLmdbInstallationStore } from './installation-store.ts';
import { createLmdbInstanceStore } from './instance-store.ts';
import { inspectTables } from './inspect-tables.ts';
import { createLmdbLinkStore } from './link-store.ts';
import { createLmdbMailStore } from './mail-store.ts';
import { type Ownership, refuseIfOwned, takeOwnership } from './ownership.ts';
import { createLmdbSessionStore } from './session-store.ts';
import { isMarkedSound, leaveSoundMark, removeSoundMark } from './sound-mark.ts';
import { sayingWhatFailed, storeError } from './store-error.ts';
import { createLmdbTaskStore } from './task-store.ts';
import { createProjector, projectorOfOthers } from './projector.ts';
import { createRoomAhead, NO_ROOM } from './room-ahead.ts';
import { createLmdbWorkStore } from './work-store.ts';
import { createWriter } from './writer.ts';
import { ConcordatError, isConcordatError } from '../../../engine/errors.ts';

export interface LmdbStoreOptions {
  readonly directory: string;
  /**
   * All but `read` own the folder and are refused (`store-owned`) while another process does; `read`
   * looks at it, also while a server runs.
   */
  readonly mode: StoreMode;
  /** What tests let go wrong. */
  readonly faults?: Faults;
  /** Steps from older formats; all that there are, unless a test brings its own. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens the store in a folder, and makes it if it is not there. Throws `store-unreadable`,
 * `store-damaged`, `store-owned`, `store-version`, `store-unfinished`, `store-not-empty` (to fill it)
 * or `store-full`.
 */
export async function openLmdbStore(options: LmdbStoreOptions): Promise<Store> {
  const directory = resolve(options.directory);
  const reading = options.mode === 'read';
  const filling = options.mode === 'fill';
  if (filling) requireOnlyStore(directory);
  if (options.mode !== 'serve' || !isMarkedSound(directory)) await checkSound(directory);
  if (!reading) await refuseOwned(directory);
  else if (!isBackup(directory)) await finishIfPossible(directory);
  const { root, tables } = openEnvironment(directory, reading);

  let ownership: Ownership | undefined;
  let room = NO_ROOM;
  try {
    if (reading) {
      requireFormat(tables, directory);
    } else {
      ownership = await takeOwnership(root, tables.meta, directory);
      removeSoundMark(directory);
      if (filling) requireRoom(tables, directory);
      room = createRoomAhead(root, directory);
      bringUpToDate({ root, tables, directory, room }, options.migrations);
    }
    const found = readFilling(tables.meta);
    if (found !== undefined && !filling) throw unfinished(directory, found);
  } catch (error) {
    room.close();
    await ownership?.release();
    await root.close();
    throw storeError(error, directory);
  }

  const writer = createWriter({
    root,
    meta: tables.meta,
    directory,
    faults: options.faults,
    confirmOwner: () => ownership?.confirm(),
    condition: ownership?.condition ?? '',
    room,
    refusal: reading ? readingOnly(directory) : undefined,
  });
  const projector = reading
    ? projectorOfOthers(tables, directory)
    : createProjector(tables, writer);
  const files = createDocumentFiles(directory, options.faults);
  const address = `lmdb:${realpathSync(directory)}`;
  let closing: Promise<void> | undefined;

  const guarded = <Port extends object>(port: Port): Port => sayingWhatFailed(port, directory);
  return {
    commits: guarded(createLmdbCommitStore(tables, writer, directory, projector)),
    instances: guarded(createLmdbInstanceStore(tables)),
    tasks: guarded(createLmdbTaskStore(tables, writer, projector)),
    links: guarded(createLmdbLinkStore(tables, writer)),
    directory: guarded(createLmdbDirectory(tables, writer)),
    documents: guarded(createLmdbDocumentStore(tables, writer, files)),
    mails: guarded(createLmdbMailStore(tables, writer)),
    definitions: guarded(createLmdbDefinitionStore(tables, writer)),
    sessions: guarded(createLmdbSessionStore(tables, writer)),
    // one process owns the folder, and what it counts need not outlive it
    rateLimits: countInMemory(),
    installation: guarded(createLmdbInstallationStore(tables, writer)),
    work: guarded(createLmdbWorkStore(tables, writer, directory, options.faults)),
    filling: guarded(createLmdbFillingStore(tables, writer, address)),
    clockOffset: () => 0,
    address,
    reading: (work) => work(),
    // one process owns the folder
    usedBy: async () => undefined,
    async check() {
      if (reading) requireFormat(tables, directory);
      else await writer.write('check', (plan) => plan.put(tables.meta, 'check', 'written'));
    },
    inspect: () => inspectTables(root, tables),
    backup: (target, tell) =>
      backupStore({ root, directory, target: resolve(target), tell, finish: finishWhatWasLeft }),
    close() {
      closing ??= (async () => {
        await projector.end();
        const sound = await writer.end();
        room.close();
        await ownership?.release().catch(() => undefined);
        await root.close();
        if (sound) leaveSoundMark(directory);
      })();
      return closing;
    },
  };
}

async function checkSound(directory: string): Promise<void> {
  try {
    await checkPages(directory, (look) => holdingSnapshot(directory, look));
  } catch (error) {
    throw storeError(error, directory);
  }
}

async function refuseOwned(directory: string): Promise<void> {
  try {
    await peekAt('meta', directory, (meta) => refuseIfOwned(meta, directory));
  } catch (error) {
    throw storeError(error, directory);
  }
}

/**
 * Brings the lists and tasks of a folder to the end of its histories, which a process that was killed had
 * no time for. What is damaged stays as it is. Throws `store-owned` while a server is there to do it, and
 * `store-full`.
 */
async function finishWhatWasLeft(directory: string): Promise<void> {
  const left = await peekAt('behind', directory, async (behind) => isAnyBehind({ behind }));
  if (left !== true) return;
  const store = await openLmdbStore({ directory, mode: 'serve' });
  try {
    await store.tasks.all({ limit: 1 });
  } catch (error) {
    if (!isDamaged(error)) throw error;
  } finally {
    await store.close();
  }
}

/** Where that cannot be, as a server is there, or on a full disk, the folder is read as it is. */
async function finishIfPossible(directory: string): Promise<void> {
  try {
    await finishWhatWasLeft(directory);
  } catch (error) {
    if (!isConcordatError(error)) throw error;
  }
}

function readingOnly(directory: string): ConcordatError {
  return new ConcordatError('store-owned', `${directory} is open for reading only`, {
    userMessage: `The data folder ${directory} was opened for reading only. Stop the server that uses it, then run this command again.`,
  });
}
