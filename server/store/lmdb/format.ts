import type { RootDatabase } from 'lmdb';
import { ConcordatError } from '../../../engine/errors.ts';
import { damaged } from '../damaged.ts';
import type { FencedTask } from '../task.ts';
import { FIRST_INSTANT, LAST_INSTANT } from './key.ts';
import { OWNER } from './ownership.ts';
import type { RoomAhead } from './room-ahead.ts';
import { seal } from './seal.ts';
import { isFull, noRoomToOpen } from './store-error.ts';
import { getJson, type Tables } from './tables.ts';
import type { QueueKey } from './task-index.ts';

/** The format that this version writes. */
const STORE_FORMAT = 4;

const FORMAT = 'format';

/** One step from a format to the next; runs in one transaction, together with the new number. */
export interface Migration {
  readonly from: number;
  /** Synchronous: reads and writes with the tables' own `get`, `getRange` and `putSync`. */
  readonly migrate: (tables: Tables) => void;
  /** It writes no more than the new number; any other may write every page anew. */
  readonly leavesAllAsItIs?: true;
}

/** The store that is brought up to date, and the room at the end of its file. */
interface Place {
  readonly root: RootDatabase<string>;
  readonly tables: Tables;
  readonly directory: string;
  readonly room: RoomAhead;
}

/** Every migration there has been, oldest first. */
const MIGRATIONS: readonly Migration[] = [
  { from: 1, migrate: sealEverything },
  { from: 2, migrate: giveDocumentsTheirLane },
  // from 4 on lists may be behind their histories, which an older version would not notice
  { from: 3, migrate: () => undefined, leavesAllAsItIs: true },
];

/** Format 1 kept records as they are; since format 2 each stands behind a seal (see seal.ts). */
function sealEverything(tables: Tables): void {
  for (const table of Object.values(tables)) {
    for (const { key, value } of table.getRange({})) {
      const isCommit = table === tables.instances && Array.isArray(key) && Number.isInteger(key[1]);
      // whoever migrates has written down by now that it is the owner
      const isOwn = table === tables.meta && (key === FORMAT || key === OWNER);
      if (value !== '' && !isCommit && !isOwn) table.putSync(key, seal(key, value));
    }
  }
}

/** Up to format 2 tasks that draw documents stood in the queues of all other work. */
function giveDocumentsTheirLane({ tasks, taskIndex }: Tables): void {
  for (const part of ['due', 'leased']) {
    const queue = { start: [`${part} work`, FIRST_INSTANT], end: [`${part} work`, LAST_INSTANT] };
    for (const key of Array.from(taskIndex.getKeys(queue))) {
      const [, when, id] = key as QueueKey;
      const task = getJson<FencedTask>(tasks, id);
      if (task?.kind !== 'document') continue;
      taskIndex.removeSync(key);
      taskIndex.putSync([`${part} documents`, when, id], '');
    }
  }
}

/** The format of the store; undefined for one that has just been made. */
function readFormat(tables: Tables): number | undefined {
  const stored = tables.meta.get(FORMAT);
  if (stored === undefined) return undefined;
  const format = Number(stored);
  if (!Number.isSafeInteger(format)) {
    throw damaged('the store does not say which format it has', { format: stored });
  }
  return format;
}

/** Throws `store-version` unless the store has the format that this version reads. */
export function requireFormat(tables: Tables, directory: string): void {
  const format = readFormat(tables);
  if (format !== STORE_FORMAT) throw otherFormat(format ?? 0, directory);
}

/**
 * Brings an older store to the present format, one migration after the other, each whole or not at
 * all. Throws `store-version` for a newer one, or when a step is missing, and `store-full`.
 */
export function bringUpToDate(
  { root, tables, directory, room }: Place,
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  let format = readFormat(tables);
  if (format === undefined) {
    root.transactionSync(() => tables.meta.putSync(FORMAT, String(STORE_FORMAT)));
    return;
  }
  while (format < STORE_FORMAT) {
    const from: number = format;
    const step = migrations.find((migration) => migration.from === from);
    if (step === undefined) throw otherFormat(from, directory);
    // where a step writes every page anew, those before it stay until it has ended
    const bytes = step.leavesAllAsItIs === true ? 0 : room.used();
    root.transactionSync(() => {
      makeRoom(room, bytes, directory);
      step.migrate(tables);
      tables.meta.putSync(FORMAT, String(from + 1));
    });
    room.settle(bytes);
    format = from + 1;
  }
  if (format > STORE_FORMAT) throw otherFormat(format, directory);
}

function makeRoom(room: RoomAhead, bytes: number, directory: string): void {
  try {
    room.make(bytes);
  } catch (error) {
    room.giveBack();
    throw isFull(error) ? noRoomToOpen(directory, bytes, error) : error;
  }
}

function otherFormat(format: number, directory: string): ConcordatError {
  const newer = format > STORE_FORMAT;
  return new ConcordatError(
    'store-version',
    `${directory} has format ${format}, this version reads ${STORE_FORMAT}`,
    {
      userMessage: newer
        ? `The data folder ${directory} was written by a newer Concordat (format ${format}; this one knows ${STORE_FORMAT}). Install that version or a later one. Nothing was changed.`
        : `The data folder ${directory} has the older format ${format}. Start the server on it once, so that it is brought up to date. Nothing was changed.`,
      details: { directory, format, known: STORE_FORMAT },
    },
  );
}
