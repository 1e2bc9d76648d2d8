import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../server/app.ts';
import type { Services } from '../../server/services.ts';
import type { Person } from '../../server/store/directory.ts';
import { makeSignInLink } from '../../server/use-cases/sign-in.ts';
import { builtAssets } from '../support/built-assets.ts';
import { startBenchProcess } from './bench-process.ts';

/** Somebody who looks at an instance's page all the time, over HTTP, from another process. */
export interface PageReading {
  /** Ends it; answers what each reading took, in milliseconds. */
  end(): Promise<readonly number[]>;
}

/** Serves the pages of these services on a free port, to a person who is signed in. */
export async function servePages(services: Services, person: Person) {
  builtAssets();
  const app = await createApp(services, { wake: () => undefined });
  const server = createServer((request, response) => app(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { address } = await makeSignInLink(services, person, { returnTo: null, lasts: 'PT1H' });
  const signedIn = await fetch(`${url}${new URL(address).pathname}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin' },
  });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return {
    read: (instance: string): Promise<PageReading> =>
      readPages(`${url}/instances/${instance}`, cookie),
    /** Reads one page once; answers how long that took, in milliseconds. */
    async time(path: string): Promise<number> {
      const began = performance.now();
      const answer = await fetch(`${url}${path}`, { headers: { cookie }, redirect: 'manual' });
      await answer.text();
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
      return performance.now() - began;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readPages(url: string, cookie: string): Promise<PageReading> {
  const child = startBenchProcess('page-reader', [url, cookie]);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await once(child.stdout, 'data');
  return {
    async end() {
      child.stdin.write('end\n');
      await once(child, 'close');
      return JSON.parse(said.split('\n').at(-2) ?? '[]') as number[];
    },
  };
}
