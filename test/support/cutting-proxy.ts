import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** What becomes of the database's answers on their way. */
export type ProxyMood =
  | 'pass'
  /** The connection breaks when the answer comes: what was asked has been done, and nobody knows. */
  | 'lose-answers'
  /** As above, after half of the answer. */
  | 'cut-answers'
  /** As the first, for commits alone: the driver's own second attempt is lost as well. */
  | 'lose-commits'
  /** The connection breaks when a commit is sent: it never arrives, nor does the second attempt. */
  | 'drop-commits'
  /** The answer is gone, and so is all that follows it, but the connection stands. */
  | 'swallow'
  /** As above, for commits alone: they have been made. */
  | 'swallow-commits'
  /** Nothing comes of a commit: it never arrives, and the connection stands. */
  | 'hush-commits'
  /** Answers come a quarter of a second late. */
  | 'delay'
  /** Nobody gets through. */
  | 'refuse';

export interface CuttingProxy {
  readonly port: number;
  mood(next: ProxyMood): void;
  /** How many answers were lost on their way. */
  readonly broken: () => number;
  close(): Promise<void>;
}

const DELAY_MS = 250;

/** Stands between a server and its database, and fails as networks do. */
export async function cuttingProxy(upstreamPort: number): Promise<CuttingProxy> {
  let mood: ProxyMood = 'pass';
  let broken = 0;
  const open = new Set<Socket>();

  function cut(...sockets: readonly Socket[]): void {
    for (const socket of sockets) socket.destroy();
  }

  const server = createServer((client) => {
    if (mood === 'refuse') return cut(client);
    const upstream = connect(upstreamPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => cut(client, upstream));
      socket.on('close', () => {
        open.delete(socket);
        cut(client, upstream);
      });
    }
    let committing = false;
    let silent = false;
    let late = 0;
    const fallSilent = (): void => {
      if (!silent) broken += 1;
      silent = true;
    };
    client.on('data', (asked) => {
      committing = asked.includes('insert\0') && asked.includes('commits\0');
      if (mood === 'refuse' || (mood === 'drop-commits' && committing)) cut(client, upstream);
      else if (mood === 'hush-commits' && committing) fallSilent();
      else upstream.write(asked);
    });
    upstream.on('data', (answer) => {
      const lost = mood === 'lose-commits' && committing;
      if (lost || mood === 'lose-answers' || mood === 'cut-answers') {
        broken += 1;
        if (mood === 'cut-answers') client.write(answer.subarray(0, answer.length / 2));
        cut(client, upstream);
      } else if (silent || mood === 'swallow' || (mood === 'swallow-commits' && committing)) {
        fallSilent();
      } else if (mood === 'delay' || late > 0) {
        // what comes after it does not overtake it
        late += 1;
        setTimeout(() => {
          late -= 1;
          client.write(answer);
        }, DELAY_MS);
      } else {
        client.write(answer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mood(next) {
      mood = next;
    },
    broken: () => broken,
    async close() {
      cut(...open);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
