import type { Server } from 'node:http';
import { ConcordatError } from '../engine/errors.ts';

/**
 * Listens there and answers the port, which was chosen by the system if 0 was asked for. Throws
 * `setting-refused`, naming the flag, when another program has that port.
 */
export async function listen(
  server: Server,
  { port, host }: { readonly port: number; readonly host: string },
  flag: 'port' | 'metrics',
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new ConcordatError('setting-refused', `port ${port} is taken`, {
              userMessage: `Port ${port} is in use by another program. Stop that one, or choose another port: --${flag} ${port + 1}`,
            })
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
