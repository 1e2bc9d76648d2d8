import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { isConcordatError } from '../../engine/errors.ts';
import { mayBeRecorded, OUTCOME_UNKNOWN } from '../../server/store/outcome-unknown.ts';
import { openMongoStore } from '../../server/store/mongo/open-mongo-store.ts';
import type { Store } from '../../server/store/store.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import { type CuttingProxy, cuttingProxy, type ProxyMood } from '../support/cutting-proxy.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { syntheticAppend } from '../support/synthetic-commit.ts';
import { inForm } from './in-form.ts';

const SECONDS = inForm({ short: 12, long: 60 });
const KILLS = inForm({ short: 3, long: 20 });
const WRITERS = 6;

const server = await startMongoServer();
afterAll(() => server?.stop());
// through a proxy only a server that does not send us elsewhere can be reached
const reachable = server !== undefined && process.env['MONGO_URL'] === undefined;

describe.skipIf(!reachable)('a network that fails between server and MongoDB', () => {
  async function throughProxy(
    onCommand?: (command: Readonly<Record<string, unknown>>) => void,
  ): Promise<{ store: Store; proxy: CuttingProxy; direct: string }> {
    const direct = server?.newDatabase() ?? '';
    const proxy = await cuttingProxy(Number(new URL(direct).port));
    onTestFinished(() => proxy.close());
    const url = direct.replace(/:\d+\//u, `:${proxy.port}/`);
    const watching = onCommand === undefined ? {} : { onCommand };
    const store = await openMongoStore({ url, mode: 'serve', ...watching });
    onTestFinished(() => store.close());
    return { store, proxy, direct };
  }

  test.each<ProxyMood>(['lose-answers', 'cut-answers', 'lose-commits'])(
    '%s: a commit that was kept is acknowledged once, found by reading it back',
    async (mood) => {
      const { store, proxy } = await throughProxy();
      const first = syntheticAppend({ instance: 'i1', seq: 1 });
      await store.commits.append(first);
      proxy.mood(mood);
      const next = { instance: 'i1', seq: 2, previous: first.commit.hash, idempotencyKey: 'k' };
      const appending = store.commits.append(syntheticAppend(next));
      await delay(1_000);
      // more often than the driver tries by itself
      expect(proxy.broken()).toBeGreaterThan(mood === 'lose-commits' ? 2 : 0);
      proxy.mood('pass');
      expect(await appending).toEqual({ kind: 'committed' });
      expect(await store.commits.history('i1', { limit: 9 })).toHaveLength(2);
      expect((await store.instances.get('i1'))?.seq).toBe(2);
      expect(await store.commits.append(syntheticAppend({ ...next, seq: 3 }))).toEqual({
        kind: 'conflict',
        over: 'idempotency',
        seq: 2,
      });
    },
  );

  test('a commit that never arrived is added in the end, once, and never only said to be there', async () => {
    const { store, proxy } = await throughProxy();
    const first = syntheticAppend({ instance: 'i1', seq: 1 });
    await store.commits.append(first);
    proxy.mood('drop-commits');
    const appending = store.commits.append(
      syntheticAppend({ instance: 'i1', seq: 2, previous: first.commit.hash }),
    );
    await delay(1_000);
    proxy.mood('pass');
    expect(await appending).toEqual({ kind: 'committed' });
    expect(await store.commits.history('i1', { limit: 9 })).toHaveLength(2);
  });

  // by the first nothing was sent; by the second nobody can say, and only what stands there tells
  test.each<ProxyMood>(['refuse', 'drop-commits'])(
    '%s: a commit that another writer has made meanwhile is never taken for our own',
    async (mood) => {
      const { store, proxy, direct } = await throughProxy();
      const other = await openMongoStore({ url: direct, mode: 'serve' });
      onTestFinished(() => other.close());
      const first = syntheticAppend({ instance: 'i1', seq: 1 });
      await store.commits.append(first);
      proxy.mood(mood);
      const next = { instance: 'i1', seq: 2, previous: first.commit.hash };
      const ours = store.commits.append(syntheticAppend({ ...next, note: 'ours' }));
      await delay(1_000);
      const theirs = syntheticAppend({ ...next, note: 'theirs' });
      expect(await other.commits.append(theirs)).toEqual({ kind: 'committed' });
      proxy.mood('pass');
      expect(await ours).toEqual({ kind: 'conflict', over: 'seq', seq: 2 });
      expect(await store.commits.head('i1')).toEqual(theirs.commit);
    },
  );

  test('a commit whose answer is lost, and of which nobody can be asked then, is not said to be refused', async () => {
    const { store, proxy } = await throughProxy();
    const first = syntheticAppend({ instance: 'i1', seq: 1 });
    await store.commits.append(first);
    proxy.mood('lose-commits');
    const next = syntheticAppend({ instance: 'i1', seq: 2, previous: first.commit.hash });
    const appending = store.commits.append(next).catch((error: unknown) => error);
    await expect.poll(() => proxy.broken(), { interval: 5 }).toBeGreaterThan(0);
    proxy.mood('refuse');
    expect(await appending).toMatchObject({ code: 'store-unreadable', details: OUTCOME_UNKNOWN });
    proxy.mood('pass');
    expect((await store.commits.head('i1'))?.hash).toBe(next.commit.hash);
  });

  test('whose lists cannot be brought while nobody gets through is acknowledged all the same, and brought later', async () => {
    let rows = Number.NEGATIVE_INFINITY;
    const { store, proxy } = await throughProxy(({ update }) => {
      if (update === 'instances' && (rows += 1) === 3) proxy.mood('refuse');
    });
    const firsts = Array.from({ length: 40 }, (_, n) =>
      syntheticAppend({ instance: `i${n}`, seq: 1 }),
    );
    await Promise.all(firsts.map((first) => store.commits.append(first)));
    rows = 0;
    const answers = firsts.map(async ({ commit: { instance, hash } }) => {
      const next = syntheticAppend({ instance, seq: 2, previous: hash });
      const answer = await store.commits.append(next).catch((error: unknown) => error);
      return { instance, answer, hash: next.commit.hash };
    });
    // longer than the driver looks for a server
    await delay(7_000);
    proxy.mood('pass');
    let committed = 0;
    for (const { instance, answer, hash } of await Promise.all(answers)) {
      const head = await store.commits.head(instance);
      const isKept = head?.hash === hash;
      if (isConcordatError(answer)) {
        expect(isKept && !mayBeRecorded(answer), instance).toBe(false);
      } else {
        expect(answer).toEqual({ kind: 'committed' });
        expect(isKept, instance).toBe(true);
        committed += 1;
      }
      expect((await store.instances.get(instance))?.seq, instance).toBe(head?.seq);
    }
    expect(committed).toBeGreaterThan(5);
  });

  test('while nobody gets through, each is told to try again, and nothing is half-done', async () => {
    const { store, proxy } = await throughProxy();
    proxy.mood('refuse');
    const refused = await store.commits
      .append(syntheticAppend({ instance: 'i1', seq: 1 }))
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'store-unreadable',
      userMessage: expect.stringContaining('not known yet whether this was recorded'),
    });
    await expect(store.commits.head('i1')).rejects.toMatchObject({ code: 'store-unreadable' });
    proxy.mood('pass');
    expect(await store.commits.head('i1')).toBeUndefined();
  });

  test(
    `for ${SECONDS} s of losses, cuts and delays every acknowledged commit is there, once`,
    async () => {
      const { store, proxy, direct } = await throughProxy();
      const moods: readonly ProxyMood[] = ['lose-answers', 'cut-answers', 'delay', 'refuse'];
      const wrote = await writeDuring(store, async () => {
        for (const until = Date.now() + SECONDS * 1_000; Date.now() < until; ) {
          proxy.mood(moods[Math.floor(Math.random() * moods.length)] ?? 'pass');
          await delay(30 + Math.random() * 300);
          proxy.mood('pass');
          await delay(200 + Math.random() * 500);
        }
      });
      await expectAll(direct, wrote);
      expect(proxy.broken()).toBeGreaterThan(5);
    },
    60_000 + SECONDS * 1_000,
  );
});

describe.skipIf(!reachable)('a MongoDB that ends and comes back', () => {
  test(
    `over ${KILLS} kills of the database every acknowledged commit is there, once`,
    async () => {
      const synced = await startMongoServer(true);
      onTestFinished(() => synced?.stop());
      const url = synced?.newDatabase() ?? '';
      const store = await openMongoStore({ url, mode: 'serve' });
      onTestFinished(() => store.close());
      const wrote = await writeDuring(store, async () => {
        for (let kill = 0; kill < KILLS; kill += 1) {
          await delay(500 + Math.random() * 1_000);
          await synced?.kill();
          await delay(Math.random() * 500);
          await synced?.start();
        }
        await delay(1_000);
      });
      await expectAll(url, wrote);
    },
    60_000 + KILLS * 15_000,
  );
});

interface Written {
  /** The hash of each commit that was acknowledged, by its instance and idempotency key. */
  readonly acknowledged: ReadonlyMap<string, string>;
  /** How many were told to try again. */
  readonly unanswered: number;
}

/** People who write, two to an instance, while something goes wrong; each sends again what failed. */
async function writeDuring(store: Store, trouble: () => Promise<void>): Promise<Written> {
  const acknowledged = new Map<string, string>();
  const going = { on: true };
  let unanswered = 0;

  async function writeOne(instance: string, idempotencyKey: string): Promise<void> {
    while (going.on) {
      const head = await store.commits.head(instance);
      const input = syntheticAppend({
        instance,
        seq: (head?.seq ?? 0) + 1,
        previous: head?.hash ?? null,
        idempotencyKey,
        note: idempotencyKey,
      });
      const result = await store.commits.append(input);
      if (result.kind === 'committed') {
        acknowledged.set(`${instance} ${idempotencyKey}`, input.commit.hash);
        return;
      }
      // sent again after an answer that did not come: it had been taken
      if (result.over === 'idempotency') return;
    }
  }

  async function write(writer: number): Promise<void> {
    for (let n = 0; going.on; n += 1) {
      await writeOne(`i${writer % (WRITERS / 2)}`, `${writer} ${n}`).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'store-unreadable' });
        unanswered += 1;
      });
    }
  }

  const writing = Array.from({ length: WRITERS }, (_, writer) => write(writer));
  await trouble();
  going.on = false;
  await Promise.all(writing);
  return { acknowledged, unanswered };
}

async function expectAll(url: string, { acknowledged, unanswered }: Written): Promise<void> {
  const reader = await openMongoStore({ url, mode: 'serve' });
  onTestFinished(() => reader.close());
  expect((await verifyStore(reader)).findings).toEqual([]);
  for (const [place, hash] of acknowledged) {
    const [instance = '', writer = '', n = ''] = place.split(' ');
    const kept = await reader.commits.findByIdempotencyKey(instance, `${writer} ${n}`);
    expect(kept?.hash, place).toBe(hash);
  }
  console.log(`${acknowledged.size} acknowledged, ${unanswered} told to try again`);
  expect(acknowledged.size).toBeGreaterThan(10);
}
