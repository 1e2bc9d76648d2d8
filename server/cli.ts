#!/usr/bin/env node
import { runCommandLine } from './cli/run-command-line.ts';

process.exitCode = await runCommandLine({
  args: process.argv.slice(2),
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
