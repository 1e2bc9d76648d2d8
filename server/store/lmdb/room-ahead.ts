import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';

/**
 * Keeps room at the end of LMDB's file. Where each commit makes the file a little longer, the file
 * system writes its own journal each time, which takes a quarter of a commit's time; so the file is
 * made longer by a megabyte at a time, with zeros, and LMDB writes over them.
 */
export interface RoomAhead {
  /** Between two transactions; resolves at once when there is room. Throws what `confirm` does. */
  keep(confirm: () => void): Promise<void>;
  /** Gives the room back that was not needed, if this process still is the owner. */
  giveBack(confirm: () => void): Promise<void>;
  close(): void;
}

const STEP = 2 ** 20;
const LEAST = STEP / 2;
/** Transactions between two looks at how much room there is: far fewer than fill it. */
const LOOK_EVERY = 20;
const ZEROS = Buffer.alloc(STEP);

export function createRoomAhead(root: RootDatabase<string>, directory: string): RoomAhead {
  // Windows' own LMDB makes the file longer by itself.
  if (process.platform === 'win32') return NO_ROOM;
  const file = openSync(join(directory, 'data.mdb'), 'r+');
  let sinceLook = LOOK_EVERY;

  /** Bytes that LMDB uses: the room begins behind them. */
  function used(): number {
    const { lastPageNumber, pageSize } = root.getStats() as Record<string, number>;
    return ((lastPageNumber ?? 0) + 1) * (pageSize ?? 0);
  }

  /**
   * With LMDB's write lock, and only as the owner: whoever else wrote meanwhile, and were it a server
   * that took the folder over from this one while it stood still, would find zeros over its pages.
   */
  async function alone(confirm: () => void, work: (end: number) => void): Promise<void> {
    await root.transaction(() => {
      confirm();
      work(used());
    });
  }

  return {
    async keep(confirm) {
      sinceLook += 1;
      if (sinceLook < LOOK_EVERY) return;
      sinceLook = 0;
      if (fstatSync(file).size - used() >= LEAST) return;
      await alone(confirm, (end) => {
        const { size } = fstatSync(file);
        try {
          // never over what is there, used or not
          if (size - end < LEAST) writeSync(file, ZEROS, 0, STEP, size);
        } catch {
          // no room on the disk: then LMDB says so when it needs it
        }
      });
    },
    giveBack: (confirm) =>
      alone(confirm, (end) => {
        if (fstatSync(file).size > end) ftruncateSync(file, end);
      }),
    close: () => closeSync(file),
  };
}

/** Keeps no room. */
export const NO_ROOM: RoomAhead = {
  keep: async () => undefined,
  giveBack: async () => undefined,
  close: () => undefined,
};
