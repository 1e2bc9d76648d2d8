import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether a program stands on the PATH. Says so once, visibly, when it does not. */
export function hasProgram(name: string): boolean {
  const isThere = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
  if (!isThere) process.stderr.write(`skipped: what needs ${name}, which is not installed here\n`);
  return isThere;
}

/** What a program prints; throws when it ends with an error. */
export async function outputOf(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(program, args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
