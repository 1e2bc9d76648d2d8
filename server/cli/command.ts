import type { ParseArgsConfig } from 'node:util';
import type { Environment } from '../config.ts';
import type { Config } from '../settings.ts';

/** 0 good, 1 a finding or a refusal, 2 used wrongly. */
export type ExitCode = 0 | 1 | 2;

/** One word of the command line, such as `verify`. */
export interface Command {
  readonly name: string;
  /** What it does, in a line of the list of commands. */
  readonly summary: string;
  /** What follows the name: `FILE…`. Empty when nothing does. */
  readonly takes: string;
  readonly details: readonly string[];
  readonly example: string;
  readonly flags: Readonly<Record<string, CommandFlag>>;
  run(given: CommandInput): Promise<ExitCode>;
}

interface CommandFlag {
  readonly type: 'string' | 'boolean';
  /** What stands after it: `FILE`. */
  readonly value?: string;
  readonly what: string;
}

interface CommandInput {
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly words: readonly string[];
  readonly config: Config;
  /** Whether `--store` was written on the command line, and not taken from elsewhere. */
  readonly storeGiven: boolean;
  readonly env: Environment;
  readonly output: Output;
}

/** Where a command says what it found: sentences for people, or one JSON document for programs. */
export interface Output {
  readonly json: boolean;
  /** A line for people; nothing when JSON was asked for. */
  say(line: string): void;
  /** The one JSON document; nothing when it was not asked for. */
  result(document: unknown): void;
}

/** The flags as node:util takes them. */
export function parseOptions(command: Command): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(command.flags).map(([name, { type }]) => [name, { type }]),
  );
}
