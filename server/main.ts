#!/usr/bin/env node
import { isConcordatError } from '../engine/errors.ts';
import { readConfig } from './config.ts';
import { serve } from './serve.ts';

try {
  await serve(readConfig({ args: process.argv.slice(2), env: process.env }));
} catch (error) {
  const said = isConcordatError(error) ? error.userMessage : error;
  process.stderr.write(`Concordat did not start. ${String(said)}\n`);
  process.exitCode = isConcordatError(error) && error.code === 'setting-refused' ? 2 : 1;
}
