import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface BrokenDisk {
  /** For the process that is to stand on this disk. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on the disk cannot say that it has written, or does not write. */
  break(calls: 'syncs' | 'writes'): void;
  mend(): void;
}

/** A disk, for what lies below `below`, that fails when it is told to; needs gcc. */
export function brokenDisk(folder: string, below: string): BrokenDisk {
  const source = fileURLToPath(new URL('./broken-disk.c', import.meta.url));
  const library = join(folder, 'broken-disk.so');
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
  const broken = join(folder, 'the-disk-is-broken');
  return {
    env: { LD_PRELOAD: library, BROKEN_DISK: broken, BROKEN_DISK_BELOW: below },
    break: (calls) => writeFileSync(broken, calls),
    mend: () => rmSync(broken, { force: true }),
  };
}
