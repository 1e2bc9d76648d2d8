import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** Runs a program that stands beside the benchmarks in a process of its own. */
export function startBenchProcess(
  name: string,
  args: readonly string[] = [],
): ChildProcessByStdio<Writable, Readable, null> {
  // the benchmarks run as they are built, as the product does: see `prebench` in package.json
  const script = join(import.meta.dirname, `${name}.js`);
  return spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}
