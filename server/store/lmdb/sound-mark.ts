import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Going through every page of a large file takes a good part of a second at each start. Where the last
// process closed it in order and nobody has touched it since, its pages are those that were written.
// What a disk changes by itself is found by `verify`, which goes through all pages, and on reading by
// the seals and hashes.

export const SOUND_MARK = 'sound';

/** Says that the file was closed in order as it is now. */
export function leaveSoundMark(directory: string): void {
  try {
    writeFileSync(join(directory, SOUND_MARK), looksLike(directory));
  } catch {
    // without it the next start takes longer, and no more
  }
}

/** Whether the file is still the one that was closed in order. */
export function isMarkedSound(directory: string): boolean {
  try {
    return readFileSync(join(directory, SOUND_MARK), 'utf8') === looksLike(directory);
  } catch {
    return false;
  }
}

/** Before anything is written. */
export function removeSoundMark(directory: string): void {
  rmSync(join(directory, SOUND_MARK), { force: true });
}

function looksLike(directory: string): string {
  const { ino, size, mtimeNs } = statSync(join(directory, 'data.mdb'), { bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
}
