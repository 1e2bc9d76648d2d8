import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import mongoose from 'mongoose';
import { onTestFinished } from 'vitest';

/** Length, number of the message, what it answers, and its kind. */
const HEADER = 16;
const MESSAGE = 2_013;
const REFUSAL = {
  ok: 0,
  errmsg: 'The $changeStream stage is only supported on replica sets',
  code: 40_573,
  codeName: 'Location40573',
};

/**
 * Stands before a database and says to change streams what a MongoDB says that runs alone; everything
 * else goes through. Answers its port.
 */
export async function standaloneProxy(upstreamPort: number): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(upstreamPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    let asked = Buffer.alloc(0);
    client.on('data', (more) => {
      asked = Buffer.concat([asked, more]);
      while (asked.length >= HEADER && asked.length >= asked.readInt32LE(0)) {
        const message = asked.subarray(0, asked.readInt32LE(0));
        asked = asked.subarray(message.length);
        if (message.includes('$changeStream')) client.write(refusalOf(message.readInt32LE(4)));
        else upstream.write(message);
      }
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function refusalOf(request: number): Buffer {
  const body = mongoose.mongo.BSON.serialize(REFUSAL);
  const answer = Buffer.alloc(HEADER + 5 + body.length);
  [answer.length, request, request, MESSAGE, 0].forEach((word, n) =>
    answer.writeInt32LE(word, n * 4),
  );
  answer.set(body, HEADER + 5);
  return answer;
}
