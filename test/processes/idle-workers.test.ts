import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import type { Store } from '../../server/store/store.ts';
import { createWorker } from '../../server/worker/worker.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { standaloneProxy } from '../support/standalone-proxy.ts';
import { syntheticAppend, syntheticTask } from '../support/synthetic-commit.ts';
import { startTestServer } from '../support/test-server.ts';

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

const IDLE_MS = 10_000;

/** As the test reaches the database: as one of a replica set, or as one that runs alone. */
const KINDS = [
  { kind: 'that tells of changes', alone: false },
  { kind: 'that runs alone and has no change streams', alone: true },
];

describe.skipIf(mongo === undefined)('a worker on a MongoDB', () => {
  async function scene(alone: boolean) {
    const direct = mongo?.newDatabase() ?? '';
    const port = alone ? await standaloneProxy(Number(new URL(direct).port)) : 0;
    const url = alone ? direct.replace(/:\d+\//u, `:${port}/`) : direct;
    const commands: string[] = [];
    const server = await startTestServer({
      store: () =>
        openMongoStore({
          url,
          mode: 'serve',
          onCommand: (command) => commands.push(Object.keys(command)[0] ?? ''),
        }),
    });
    onTestFinished(() => server.stop());
    await server.worker.drain();
    const other = await openMongoStore({ url: direct, mode: 'serve' });
    onTestFinished(() => other.close());
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
    const ran: { readonly id: string; readonly at: number }[] = [];
    const run = async (_: unknown, { id }: { readonly id: string }) => {
      ran.push({ id, at: performance.now() });
    };
    const runners = {
      notify: run,
      ask: run,
      document: run,
      start: run,
      signal: run,
      calendar: run,
      deadline: run,
      reminder: run,
      chase: run,
      handover: run,
    };
    const worker = createWorker({ ...server.services, log }, { runners });
    onTestFinished(() => worker.stop());
    worker.start();
    return { server, other, commands, lines, ran };
  }

  /** Another process commits something that brings a task which is due now. */
  async function addDue(store: Store, id: string, now: string): Promise<void> {
    const task = syntheticTask({ id: `${id}:1:1`, instance: id, dueAt: now });
    await store.commits.append(
      syntheticAppend({ instance: id, seq: 1, tasks: [{ change: 'add', task }] }),
    );
  }

  test.each(KINDS)('$kind asks at most once a second when nothing is due', async ({ alone }) => {
    const { commands } = await scene(alone);
    await delay(2_000);
    commands.length = 0;
    await delay(IDLE_MS);
    console.log(`${commands.length} commands in ${IDLE_MS / 1_000} s: ${commands.join(' ')}`);
    expect(commands.length).toBeLessThanOrEqual(IDLE_MS / 1_000);
    // it does ask
    expect(commands).toContain('find');
  });

  test.each(KINDS)('$kind does what another process has made due', async ({ alone }) => {
    const { server, other, lines, ran } = await scene(alone);
    await delay(1_500);
    const waits: number[] = [];
    for (const id of ['a', 'b', 'c']) {
      const began = performance.now();
      await addDue(other, id, server.clock.now());
      await expect.poll(() => ran.map((one) => one.id), { interval: 5 }).toContain(`${id}:1:1`);
      waits.push((ran.at(-1)?.at ?? 0) - began);
    }
    console.log(`begun after ${waits.map(Math.round).join(', ')} ms`);
    const told = lines.filter((line) => line.includes('it is asked for them'));
    expect(told).toHaveLength(alone ? 1 : 0);
    // told of it, it need not wait for when it would ask: five seconds, there
    if (!alone) expect(Math.max(...waits)).toBeLessThan(3_000);
  });
});
