import { runCommandLine } from '../../server/cli/run-command-line.ts';

export interface RanCommand {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `concordat …` in this process, with an environment of its own. */
export async function concordat(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RanCommand> {
  let out = '';
  let err = '';
  const code = await runCommandLine({
    args,
    env,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}
