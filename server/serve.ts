import { constants } from 'node:os';
import { ConcordatError } from '../engine/errors.ts';
import type { Config } from './settings.ts';
import { startServer } from './start-server.ts';
import { setUpLink } from './use-cases/set-up.ts';
import { within } from './within.ts';

/** Whoever started us kills after ten seconds; until then we end by ourselves. */
const STOP_WITHIN_MS = 9_500;
/** Ctrl+C reaches us from the terminal and, under npm, once more from npm. */
const SAME_SIGNAL_MS = 500;

/** Starts the server, says where it is, and stops it gently on SIGTERM or SIGINT; at once on the second. */
export async function serve(config: Config): Promise<void> {
  const server = await startServer(config);
  const say = (line: string): boolean => process.stdout.write(`${line}\n`);
  say(`Concordat is at ${config.url}`);
  say(
    `Records are kept in ${server.services.store.address}; mail goes to ${server.services.mail.describe()}`,
  );
  if (config.metrics !== null) {
    say(`Figures are at http://${config.metrics.host}:${String(server.metricsPort)}/metrics`);
  }
  const link = await setUpLink(server.services);
  if (link !== null) say(`Set it up here, once: ${link}`);

  let askedAt: number | null = null;
  const stop = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (askedAt !== null) {
      if (performance.now() - askedAt < SAME_SIGNAL_MS) return;
      process.exit(128 + constants.signals[signal]);
    }
    askedAt = performance.now();
    within(STOP_WITHIN_MS, server.stop(), tooLong).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Concordat did not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function tooLong(): ConcordatError {
  return new ConcordatError('internal', 'something did not end in time');
}
