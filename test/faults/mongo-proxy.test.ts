import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { type CuttingProxy, cuttingProxy, type ProxyMood } from '../support/cutting-proxy.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { inForm, timeForMore } from './in-form.ts';
import { roundsUnderTrouble, type Scene } from './rounds-under-trouble.ts';

const TROUBLES = inForm({ short: 40, long: 600 });
const PROCESSES = 2;
const MOODS: readonly ProxyMood[] = [
  'lose-answers',
  'cut-answers',
  'lose-commits',
  'drop-commits',
  'swallow',
  'delay',
  'refuse',
];

// through a proxy only a server that does not send us elsewhere can be reached
const mongo = process.env['MONGO_URL'] ? undefined : await startMongoServer();
afterAll(() => mongo?.stop());

test.skipIf(mongo === undefined)(
  `over ${TROUBLES} times of lost, cut and late answers of the database no acknowledged change is lost and nothing is done twice`,
  async () => {
    const direct = mongo?.newDatabase() ?? '';
    const proxy = await cuttingProxy(Number(new URL(direct).port));
    onTestFinished(() => proxy.close());
    await roundsUnderTrouble({
      store: direct.replace(/:\d+\//u, `:${proxy.port}/`),
      processes: PROCESSES,
      mostOpen: 24,
      open: () => openMongoStore({ url: direct, mode: 'serve' }),
      trouble: spoil(proxy),
      of: 'times of trouble between servers and database',
    });
    console.log(`${proxy.broken()} answers of the database were lost`);
  },
  300_000 + TROUBLES * 5_000,
);

function spoil(proxy: CuttingProxy): (scene: Scene) => Promise<number> {
  return async () => {
    const isTime = timeForMore();
    let time = 0;
    for (; time < TROUBLES && isTime(); time += 1) {
      proxy.mood(MOODS[time % MOODS.length] ?? 'pass');
      await delay(30 + Math.random() * 300);
      proxy.mood('pass');
      await delay(200 + Math.random() * 500);
    }
    expect(proxy.broken()).toBeGreaterThan(time);
    return time;
  };
}
