import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';

/**
 * Keeps room at the end of LMDB's file, for two reasons. Where each commit makes the file a little
 * longer, the file system writes its own journal each time, which takes a quarter of a commit's time;
 * so the file is made longer by megabytes at a time, with zeros, and LMDB writes over them. And LMDB's
 * binding breaks its own memory when a write of several pages finds the disk full, so what would not
 * fit is refused before LMDB sees it. (`mdb_page_flush` of lmdb 3.5.6 puts its sentence about the failure
 * into 100 bytes, which is often too few; no option of the binding leads round it.)
 */
export interface RoomAhead {
  /**
   * Takes so many bytes of the room there is known to be; false when that is too little. Whoever took
   * them says `settle` when the write has ended. `least`: how much there must be at the least, whatever is
   * taken; usually something is left for what has to be written though the disk is full.
   */
  take(bytes: number, least?: number): boolean;
  /**
   * As `take`, after a look at the file, which is made longer where it has to be. With LMDB's write lock
   * and as the owner of the folder only: this process may have stood still while another took it over,
   * whose pages must not be written over. Throws what the file system says (ENOSPC).
   */
  make(bytes: number, least?: number): void;
  settle(bytes: number): void;
  /** How many bytes LMDB's pages take as of its last commit. */
  used(): number;
  /** Gives back the room that was not needed; lock and ownership as for `make`. */
  giveBack(): void;
  close(): void;
}

/** No room is kept, and none is missed. */
export const NO_ROOM: RoomAhead = {
  take: () => true,
  make: () => undefined,
  settle: () => undefined,
  used: () => 0,
  giveBack: () => undefined,
  close: () => undefined,
};

const STEP = 4 * 2 ** 20;
/** As long as there is less, small writes wait for room like large ones: a health check must not pass alone. */
const RESERVE = 2 ** 19;
const ZEROS = Buffer.alloc(2 ** 20);

export function createRoomAhead(root: RootDatabase<string>, directory: string): RoomAhead {
  // On Windows LMDB makes the file longer than it has to by itself.
  if (process.platform === 'win32') return NO_ROOM;
  const file = openSync(join(directory, 'data.mdb'), 'r+');
  /** What is left of the room seen at the last look. */
  let left = 0;
  /** Taken by writes that have not ended, so that LMDB's figures may not show them. */
  let pending = 0;

  function used(): number {
    const { lastPageNumber, pageSize } = root.getStats() as Record<string, number>;
    return ((lastPageNumber ?? 0) + 1) * (pageSize ?? 0);
  }

  function look(): number {
    return fstatSync(file).size - used() - pending;
  }

  /** Behind all there is: LMDB writes the pages of this transaction later. */
  function lengthen(bytes: number): void {
    for (let missing = bytes; missing > 0; ) {
      missing -= writeSync(file, ZEROS, 0, Math.min(missing, STEP / 4), fstatSync(file).size);
    }
  }

  function take(bytes: number, least = RESERVE): boolean {
    if (left < Math.max(bytes, least)) return false;
    left -= bytes;
    pending += bytes;
    return true;
  }

  return {
    take,
    make(bytes, least = RESERVE) {
      const needed = Math.max(bytes, least);
      left = look();
      if (left < needed) {
        try {
          lengthen(Math.max(STEP, needed - left));
        } catch {
          // not by that much; what this write needs may be there all the same
          left = look();
          if (left < needed) lengthen(needed - left);
        }
        left = look();
      }
      take(bytes, least);
    },
    settle(bytes) {
      pending -= bytes;
    },
    used,
    giveBack() {
      const end = used();
      if (fstatSync(file).size > end) ftruncateSync(file, end);
    },
    close: () => closeSync(file),
  };
}
