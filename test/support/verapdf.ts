import { execFile } from 'node:child_process';
import { access, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hasProgram } from './programs.ts';

const run = promisify(execFile);
const SOURCE = fileURLToPath(new URL('./verapdf', import.meta.url));
/** Outside version control, and kept from one run to the next: the first build takes a minute. */
const BUILD = fileURLToPath(new URL('../../.tmp/verapdf', import.meta.url));

export const hasVeraPdf = hasProgram('java') && hasProgram('mvn');

let built: Promise<void> | undefined;

/**
 * What veraPDF says of PDF files against a profile (`3a`, `ua1`): one line a file, `PASS`, or
 * `FAIL` with the clause of each rule broken. Builds the judge beside this file with Maven first.
 */
export async function judge(profile: '3a' | 'ua1', files: readonly string[]): Promise<string[]> {
  built ??= build();
  await built;
  const classes = [join(BUILD, 'target/verapdf-judge-1.jar'), join(BUILD, 'target/dependency/*')];
  const verdict = await run('java', ['-cp', classes.join(':'), 'Judge', profile, ...files]).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );
  const lines = verdict.stdout.split('\n').filter((line) => line !== '');
  if (lines.length !== files.length) throw new Error(`veraPDF did not judge: ${verdict.stderr}`);
  return lines;
}

async function build(): Promise<void> {
  try {
    await access(join(BUILD, 'target/dependency'));
  } catch {
    await mkdir(BUILD, { recursive: true });
    await cp(SOURCE, BUILD, { recursive: true });
    await run('mvn', ['-q', '-B', '-f', BUILD, 'package', 'dependency:copy-dependencies']);
  }
}
