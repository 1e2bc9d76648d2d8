import { describeSettings } from '../settings.ts';
import type { Command } from './command.ts';

/** The list of commands, for `concordat --help`. */
export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Concordat runs partnerships between organisations.',
    '',
    'Use: concordat COMMAND',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Every command takes --store lmdb:FOLDER (./data when not given), or --store mongodb://HOST/NAME where',
    'its help does not say otherwise, --json for one JSON document on',
    'standard output, and --help. It ends with 0 when all is well, 1 when it found something wrong or',
    'was refused, and 2 when it was written wrongly.',
    '',
    'Settings, each also as an environment variable:',
    ...describeSettings().map(
      ({ flag, variable, what, fallback }) =>
        `  ${flag} (${variable})\n      ${what} [${fallback}]`,
    ),
  ].join('\n');
}

/** What one command does, its flags and an example. */
export function commandHelp({ name, summary, takes, details, flags, example }: Command): string {
  const own = Object.entries(flags).map(
    ([flag, { value, what }]) =>
      [`--${flag}${value === undefined ? '' : ` ${value}`}`, what] as const,
  );
  const all = [
    ...own,
    ['--store lmdb:FOLDER', 'Where records are kept; or mongodb://HOST/NAME.'] as const,
    ['--json', 'One JSON document on standard output, and nothing else.'] as const,
    ['--help', 'This text.'] as const,
  ];
  const width = Math.max(...all.map(([flag]) => flag.length));
  return [
    `Use: concordat ${name}${takes === '' ? '' : ` ${takes}`}`,
    '',
    summary,
    ...(details.length > 0 ? ['', ...details] : []),
    '',
    ...all.map(([flag, what]) => `  ${flag.padEnd(width)}  ${what}`),
    '',
    `Example: ${example}`,
  ].join('\n');
}
