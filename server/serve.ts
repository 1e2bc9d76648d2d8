import type { Config } from './config.ts';
import { startServer } from './start-server.ts';
import { setUpLink } from './use-cases/set-up.ts';

/** Starts the server, says where it is, and stops it gently on SIGTERM or SIGINT. */
export async function serve(config: Config): Promise<void> {
  const server = await startServer(config);
  const say = (line: string): boolean => process.stdout.write(`${line}\n`);
  say(`Concordat is at ${config.url}`);
  say(
    `Records are kept in ${server.services.store.address}; mail goes to ${server.services.mail.describe()}`,
  );
  const link = await setUpLink(server.services);
  if (link !== null) say(`Set it up here, once: ${link}`);
  const stop = (): void => {
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Concordat did not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
