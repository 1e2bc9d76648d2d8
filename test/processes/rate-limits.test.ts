import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import { cuttingProxy } from '../support/cutting-proxy.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { mongoModels } from '../support/mongo-commits.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

describe.skipIf(mongo === undefined)('what may be tried so often, on two servers', () => {
  async function serverOn(url: string, setUp = false): Promise<TestServer> {
    const server = await startTestServer({
      setUp,
      store: () => openMongoStore({ url, mode: 'serve' }),
    });
    onTestFinished(() => server.stop());
    return server;
  }

  test('guesses of links are counted together, whichever server is asked', async () => {
    const url = mongo?.newDatabase() ?? '';
    const servers = [await serverOn(url, true), await serverOn(url)];
    const answers: number[] = [];
    for (let n = 0; n < 34; n += 1) {
      const browser = servers[n % 2]?.browser();
      answers.push((await browser?.get(`/l/guess-${n}`))?.status ?? 0);
    }
    expect(answers.slice(0, 30)).toEqual(Array(30).fill(404));
    expect(answers.slice(30)).toEqual([429, 429, 429, 429]);
    const { rateLimits } = await mongoModels(url);
    // the address of whoever tried stands nowhere
    expect(await rateLimits.find().lean()).toEqual([
      { _id: expect.stringMatching(/^[0-9a-f]{64}$/u), made: 31, until: expect.any(Date) },
    ]);
  });

  test('a mailbox gets five links to sign in with, however many servers are asked', async () => {
    const url = mongo?.newDatabase() ?? '';
    const servers = [await serverOn(url, true), await serverOn(url)];
    const answers: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const browser = servers[n % 2]?.browser();
      const asked = await browser?.post('/sign-in', { email: 'amina@northshire.example' });
      answers.push(asked?.status ?? 0);
    }
    expect(answers).toEqual([200, 200, 200, 200, 200, 429, 429]);
  });

  test.skipIf(process.env['MONGO_URL'] !== undefined)(
    'while the database is away nobody is locked out, and nobody tries without end',
    async () => {
      const direct = mongo?.newDatabase() ?? '';
      const proxy = await cuttingProxy(Number(new URL(direct).port));
      onTestFinished(() => proxy.close());
      const url = direct.replace(/:\d+\//u, `:${proxy.port}/`);
      const store = await openMongoStore({ url, mode: 'serve' });
      onTestFinished(() => store.close());
      const now = '2026-03-02T09:00:00.000Z';
      const made = async () => (await store.rateLimits.count('k', now, 60_000)).made;
      expect([await made(), await made(), await made()]).toEqual([1, 2, 3]);
      proxy.mood('refuse');
      const alone = await Promise.all([made(), made(), made(), made()]);
      expect(alone.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
      expect(await store.rateLimits.tries('k', now)).toMatchObject({ made: 4 });
      proxy.mood('pass');
      expect(await made()).toBe(4);
    },
  );
});
