import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { builtInstallation } from '../support/built-installation.ts';
import { freePort } from '../support/free-port.ts';
import type { Bench, Measured } from './bench.ts';
import { inFolder, median } from './bench-server.ts';
import { fill } from './fill.ts';

const WANTED_MS = 1_000;
/** The least that any server in Node needs. */
const BARE = `require('node:http').createServer((_, response) => response.end()).listen(Number(process.env.CONCORDAT_PORT))`;
const WORKFLOWS = [
  'agreement',
  'dispute',
  'partnership',
  'readiness',
  'review',
  's75-checklist',
  'systemic-issue',
];

/** From the start of the process to its first answers, on an empty folder and on a full one. */
export const startBench: Bench = {
  name: 'start',
  title: 'From "node dist/server/main.js" to the first answer',
  run: ({ short }) =>
    inFolder(async (folder) => {
      const main = builtInstallation(join(folder, 'installation'), { workflows: WORKFLOWS });
      const many = short ? 10_000 : 100_000;
      const times = short ? 3 : 7;
      const full = join(folder, 'full');
      mkdirSync(full);
      const store = await openLmdbStore({ directory: full, mode: 'serve' });
      await fill(store, many);
      await store.close();
      const floor: number[] = [];
      const measure = async (what: string, data: (n: number) => string): Promise<Measured> => {
        const live: number[] = [];
        const ready: number[] = [];
        for (let n = 0; n < times; n += 1) {
          floor.push((await start(['-e', BARE], join(folder, 'none'), ['/'])).at(0) ?? 0);
          const paths = ['/health/live', '/health/ready'];
          const [alive = 0, able = 0] = await start([main], data(n), paths);
          live.push(alive);
          ready.push(able);
        }
        return {
          what,
          measured: `live ${median(live).toFixed(0)} ms, ready ${median(ready).toFixed(0)} ms`,
          floor: `${median(floor).toFixed(0)} ms for an empty Node server`,
          ratio: (median(ready) / median(floor)).toFixed(1),
          wanted: `ready within ${WANTED_MS} ms`,
          met: median(ready) <= WANTED_MS,
        };
      };
      return [
        await measure('the very first start', (n) => join(folder, `new-${n}`)),
        await measure(`with ${many} instances`, () => full),
      ];
    }),
};

/** Milliseconds until each of the paths has been answered with 200, one after the other. */
async function start(
  args: readonly string[],
  data: string,
  paths: readonly string[],
): Promise<readonly number[]> {
  const port = await freePort();
  const began = performance.now();
  const env = {
    ...process.env,
    CONCORDAT_STORE: `lmdb:${data}`,
    CONCORDAT_PORT: String(port),
    CONCORDAT_LOG_LEVEL: 'error',
  };
  const child = spawn(process.execPath, [...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const times: number[] = [];
  for (const path of paths) {
    while (!(await answers(port, path, child))) await delay(4);
    times.push(performance.now() - began);
  }
  child.kill('SIGTERM');
  await once(child, 'exit');
  return times;
}

function answers(port: number, path: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error('the server has ended');
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}
