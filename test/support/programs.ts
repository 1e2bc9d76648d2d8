import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Whether a program stands on the PATH. Says so once, visibly, when it does not; where everything is
 * supposed to be installed (CI), a missing program is a failure and not a reason to skip.
 */
export function hasProgram(name: string): boolean {
  const isThere = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
  if (!isThere) missing(`what needs ${name}, which is not installed here`);
  return isThere;
}

/** Says what is skipped for want of a program; throws in CI. */
export function missing(what: string): void {
  if (process.env['CI'] === 'true') throw new Error(`in CI nothing may be skipped: ${what}`);
  process.stderr.write(`skipped: ${what}\n`);
}

/** What a program prints; throws when it ends with an error. */
export async function outputOf(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(program, args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
