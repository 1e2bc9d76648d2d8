import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';

/**
 * Keeps room at the end of LMDB's file. Where each commit makes the file a little longer, the file
 * system writes its own journal each time, which takes a quarter of a commit's time; so the file is
 * made longer by a megabyte at a time, with zeros, and LMDB writes over them.
 */
export interface RoomAhead {
  /** Makes room when it is time; undefined when it is not. Throws what `confirm` does. */
  keep(confirm: () => void): Promise<void> | undefined;
  /** Gives back the room that was not needed. Nothing else may be written meanwhile. */
  giveBack(confirm: () => void): Promise<void>;
  close(): void;
}

/** Keeps no room. */
export const NO_ROOM: RoomAhead = {
  keep: () => undefined,
  giveBack: async () => undefined,
  close: () => undefined,
};

const STEP = 2 ** 20;
const LEAST = STEP / 2;
/** Writes between two looks at how much room there is: far fewer than fill it. */
const LOOK_EVERY = 20;
const ZEROS = Buffer.alloc(STEP);

export function createRoomAhead(root: RootDatabase<string>, directory: string): RoomAhead {
  // On Windows LMDB makes the file longer than it has to by itself.
  if (process.platform === 'win32') return NO_ROOM;
  const file = openSync(join(directory, 'data.mdb'), 'r+');
  let sinceLook = LOOK_EVERY;

  /** How far LMDB's pages reach as of its last commit, in bytes. */
  function used(): number {
    const { lastPageNumber, pageSize } = root.getStats() as Record<string, number>;
    return ((lastPageNumber ?? 0) + 1) * (pageSize ?? 0);
  }

  /**
   * With LMDB's write lock, and only as the owner: this process may have stood still while another
   * took the folder over, whose pages must not be written over or cut off.
   */
  async function asOwner(confirm: () => void, work: () => void): Promise<void> {
    await root.transaction(() => {
      confirm();
      work();
    });
  }

  return {
    keep(confirm) {
      sinceLook += 1;
      if (sinceLook < LOOK_EVERY) return undefined;
      sinceLook = 0;
      if (fstatSync(file).size - used() >= LEAST) return undefined;
      return asOwner(confirm, () => {
        try {
          // behind all there is: LMDB writes the pages of this transaction later
          writeSync(file, ZEROS, 0, STEP, fstatSync(file).size);
        } catch {
          // no room on the disk: LMDB says so when it needs it
        }
      });
    },
    giveBack: (confirm) =>
      asOwner(confirm, () => {
        const end = used();
        if (fstatSync(file).size > end) ftruncateSync(file, end);
      }),
    close: () => closeSync(file),
  };
}
