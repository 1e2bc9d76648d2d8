import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

/** A file system in memory that is really full when it is full. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves only so many bytes free. */
  fillUp(free: number): void;
  makeRoom(): void;
}

/** Mounts one; undefined where that is not allowed. It is gone when the test is. */
export function smallDisk(bytes: number): SmallDisk | undefined {
  const folder = temporaryFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
  if (mounted.status !== 0) return undefined;
  onTestFinished(() => {
    spawnSync('umount', ['--lazy', folder]);
  });
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fillUp(free) {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - free)));
    },
    makeRoom: () => rmSync(ballast),
  };
}
