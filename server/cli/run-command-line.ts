import { parseArgs } from 'node:util';
import { type ConcordatError, isConcordatError } from '../../engine/errors.ts';
import { type Environment, readConfig, takeSettingFlags } from '../config.ts';
import type { Config } from '../settings.ts';
import { nearestName } from '../nearest-name.ts';
import { settings } from '../settings.ts';
import { backupCommand } from './backup-command.ts';
import { type Command, type ExitCode, type Output, parseOptions } from './command.ts';
import { demoCommand } from './demo-command.ts';
import { diagramCommand } from './diagram-command.ts';
import { exportCommand } from './export-command.ts';
import { commandHelp, generalHelp } from './help.ts';
import { lintCommand } from './lint-command.ts';
import { moveCommand } from './move-command.ts';
import { restoreCommand } from './restore-command.ts';
import { serveCommand } from './serve-command.ts';
import { simulateCommand } from './simulate-command.ts';
import { tokenCommand } from './token-command.ts';
import { usageError } from './usage-error.ts';
import { verifyCommand } from './verify-command.ts';

const COMMANDS: readonly Command[] = [
  serveCommand,
  demoCommand,
  lintCommand,
  simulateCommand,
  diagramCommand,
  verifyCommand,
  exportCommand,
  backupCommand,
  restoreCommand,
  moveCommand,
  tokenCommand,
];

/** What a program hands over: its arguments, its environment, and where it writes. */
export interface CommandLine {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Runs one command and answers the exit code. Never throws. */
export async function runCommandLine({ args, env, out, err }: CommandLine): Promise<ExitCode> {
  const json = args.includes('--json');
  const output: Output = {
    json,
    say: (line) => {
      if (!json) out(`${line}\n`);
    },
    result: (document) => {
      if (json) out(`${JSON.stringify(document, null, 2)}\n`);
    },
  };
  try {
    return await runCommand(args, env, output, out);
  } catch (error) {
    const known = isConcordatError(error);
    const message = known ? error.userMessage : String(error);
    output.result({ error: { code: known ? error.code : 'internal', message } });
    err(`${message}\n`);
    return known && (error.code === 'bad-request' || error.code === 'setting-refused') ? 2 : 1;
  }
}

async function runCommand(
  args: readonly string[],
  env: Environment,
  output: Output,
  out: (text: string) => void,
): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined) throw usageError(generalHelp(COMMANDS));
  const asksForHelp = (word: string): boolean => word === '--help' || word === '-h';
  if (name === 'help' || asksForHelp(name)) {
    out(`${generalHelp(COMMANDS)}\n`);
    return 0;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) throw unknownCommand(name);
  if (rest.some(asksForHelp)) {
    out(`${commandHelp(command)}\n`);
    return 0;
  }
  const { values: given, rest: own } = takeSettingFlags(rest);
  const { values, positionals } = readFlags(command, own);
  return command.run({
    flags: values,
    words: positionals,
    config: configOf(given, env),
    storeGiven: given.store !== undefined,
    env,
    output,
  });
}

function configOf(given: Partial<Record<keyof Config, string>>, env: Environment): Config {
  const args = (Object.keys(given) as (keyof Config)[]).map(
    (key) => `--${settings[key].flag}=${given[key] ?? ''}`,
  );
  return readConfig({ args, env });
}

function readFlags(
  command: Command,
  args: readonly string[],
): {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
} {
  const options = { ...parseOptions(command), json: { type: 'boolean' as const } };
  const loose = parseArgs({
    args: [...args],
    options,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  for (const token of loose.tokens) {
    if (token.kind === 'option' && !Object.hasOwn(options, token.name)) {
      throw unknownFlag(command, token.rawName);
    }
  }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, positionals };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    throw usageError(`${why} See: concordat ${command.name} --help`);
  }
}

function unknownCommand(name: string): ConcordatError {
  const names = COMMANDS.map((command) => command.name);
  const near = nearestName(name, names);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return usageError(
    `There is no command ${JSON.stringify(name)}.${hint} There are: ${names.join(', ')}.`,
  );
}

function unknownFlag(command: Command, flag: string): ConcordatError {
  const known = [
    ...Object.keys(command.flags),
    ...Object.values(settings).map((setting) => setting.flag),
    'json',
    'help',
  ].map((name) => `--${name}`);
  const near = nearestName(flag, known);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return usageError(
    `"concordat ${command.name}" has no ${flag}.${hint} See: concordat ${command.name} --help`,
  );
}
