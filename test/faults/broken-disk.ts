import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the disk does: takes everything, cannot write, or cannot say that it has. */
export type DiskMood = 'fine' | 'write' | 'sync';

export interface BrokenDisk {
  /** For the process that is to stand on this disk. */
  readonly env: Readonly<Record<string, string>>;
  mood(mood: DiskMood): void;
}

/** A disk, for what lies below `below`, that fails when it is told to; needs gcc. */
export function brokenDisk(folder: string, below: string): BrokenDisk {
  const source = fileURLToPath(new URL('./broken-disk.c', import.meta.url));
  const library = join(folder, 'broken-disk.so');
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
  const said = join(folder, 'mood-of-the-disk');
  return {
    env: { LD_PRELOAD: library, BROKEN_DISK: said, BROKEN_DISK_BELOW: below },
    mood(mood) {
      if (mood === 'fine') rmSync(said, { force: true });
      else writeFileSync(said, mood);
    },
  };
}
