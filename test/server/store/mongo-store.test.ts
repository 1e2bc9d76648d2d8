import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../server/clock.ts';
import { openMongoStore } from '../../../server/store/mongo/open-mongo-store.ts';
import { verifyStore } from '../../../server/use-cases/verify-store.ts';
import { appendNext } from '../../contracts/store-contract.ts';
import { mongoModels } from '../../support/mongo-commits.ts';
import { startMongoServer } from '../../support/mongo-server.ts';
import { minute, syntheticLink } from '../../support/synthetic-commit.ts';

const server = await startMongoServer();
afterAll(() => server?.stop());

describe.skipIf(server === undefined)('on MongoDB', () => {
  const newDatabase = () => server?.newDatabase() ?? '';

  async function opened(mode: 'serve' | 'read' = 'serve', url = newDatabase()) {
    const store = await openMongoStore({ url, mode });
    onTestFinished(() => store.close());
    return store;
  }

  test('a document larger than any one record of the database comes back whole', async () => {
    const store = await opened();
    const bytes = randomBytes(18 * 1024 * 1024);
    const about = { mediaType: 'application/pdf', name: 'scan.pdf', createdAt: minute(0) };
    const { hash } = await store.documents.put(bytes, {
      ...about,
      partnership: null,
      instance: 'i',
    });
    expect(Buffer.from((await store.documents.bytes(hash)) ?? []).equals(bytes)).toBe(true);
  });

  test('a document whose bytes have changed is never given out, and is healed by the right ones', async () => {
    const url = newDatabase();
    const store = await opened('serve', url);
    const bytes = Buffer.from('an agreement');
    const about = { mediaType: 'text/plain', name: 'a.txt', createdAt: minute(0) };
    const put = () => store.documents.put(bytes, { ...about, partnership: null, instance: 'i' });
    const { hash } = await put();
    const { documentParts } = await mongoModels(url);
    await documentParts.updateOne({ hash }, { $set: { bytes: Buffer.from('an agreemenT') } });
    await expect(store.documents.bytes(hash)).rejects.toMatchObject({ code: 'store-damaged' });
    await put();
    expect(Buffer.from((await store.documents.bytes(hash)) ?? [])).toEqual(bytes);
  });

  test('a commit that was changed in the database is never given out', async () => {
    const url = newDatabase();
    const store = await opened('serve', url);
    const { text } = await appendNext(store, 'i1');
    const { commits } = await mongoModels(url);
    await commits.updateOne(
      { instance: 'i1', seq: 1 },
      { $set: { text: text.replace('written', 'Written') } },
    );
    await expect(store.commits.head('i1')).rejects.toMatchObject({ code: 'store-damaged' });
    await expect(store.commits.history('i1', { limit: 5 })).rejects.toThrow(
      'no longer has the hash',
    );
  });

  test('no operator comes in where a text belongs', async () => {
    const store = await opened();
    await store.links.put(syntheticLink({ id: 'l1' }));
    await store.sessions.set('s', { person: 'ada' }, minute(100));
    const anything = { $gt: '' } as unknown as string;
    const refused = { code: 'bad-request' };
    await expect(store.links.findByTokenHash(anything)).rejects.toMatchObject(refused);
    await expect(store.links.get(anything)).rejects.toMatchObject(refused);
    await expect(store.sessions.get(anything, minute(0))).rejects.toMatchObject(refused);
    await expect(store.commits.head(anything)).rejects.toMatchObject(refused);
    await expect(store.installation.tokenByHash(anything)).rejects.toMatchObject(refused);
  });

  test('a machine whose clock is wrong goes by the clock of the database', async () => {
    const right = Date.now;
    const wrong = vi.spyOn(Date, 'now').mockImplementation(() => right() + 3_600_000);
    onTestFinished(() => wrong.mockRestore());
    const store = await opened();
    const clock = systemClock(() => Date.now() + store.clockOffset());
    // the test's database is on this machine
    expect(Math.abs(Date.parse(clock.now()) - right())).toBeLessThan(1_000);
  });

  test('a machine whose clock is set forward goes on by the clock of the database at once', async () => {
    const store = await opened();
    const clock = systemClock(() => Date.now() + store.clockOffset());
    const right = Date.now;
    const wrong = vi.spyOn(Date, 'now').mockImplementation(() => right() + 3_600_000);
    onTestFinished(() => wrong.mockRestore());
    const ahead = Date.parse(clock.now()) - right();
    // never ahead of it: nothing is due before its time
    expect(ahead).toBeLessThanOrEqual(0);
    expect(ahead).toBeGreaterThan(-1_000);
  });

  test('a field that no schema declares is neither written nor asked for', async () => {
    const { people } = await mongoModels(newDatabase());
    await expect(people.create({ _id: 'a', email: 'a', role: 'admin' } as never)).rejects.toThrow(
      'not in schema',
    );
    await expect(people.find({ role: 'admin' } as never).lean()).rejects.toThrow('not in schema');
  });

  test('what is open for reading refuses to write, and refuses a database without a store', async () => {
    const url = newDatabase();
    await expect(openMongoStore({ url, mode: 'read' })).rejects.toMatchObject({
      code: 'store-unreadable',
      userMessage: expect.stringContaining('There is no Concordat data'),
    });
    await opened('serve', url);
    const reader = await opened('read', url);
    await expect(appendNext(reader, 'i1')).rejects.toMatchObject({ code: 'store-owned' });
    await expect(reader.check()).resolves.toBeUndefined();
  });

  test('an older format is brought up to date once, by one of those that start', async () => {
    const url = newDatabase();
    await (await openMongoStore({ url, mode: 'serve' })).close();
    const { meta, definitions } = await mongoModels(url);
    await meta.updateOne({ _id: 'format' }, { $set: { format: 0 } });
    await expect(openMongoStore({ url, mode: 'read' })).rejects.toMatchObject({
      code: 'store-version',
    });
    let times = 0;
    const migrate = async () => {
      times += 1;
      await definitions.create({ _id: 'd/1', definition: 'd', version: 1 });
    };
    const opening = { url, mode: 'serve', migrations: [{ from: 0, migrate }] } as const;
    const stores = await Promise.all([1, 2, 3].map(() => openMongoStore(opening)));
    for (const store of stores) await store.close();
    expect(times).toBe(1);
    expect(await meta.findById('format').lean()).toEqual({ _id: 'format', format: 1 });
  });

  test('a process of the version before goes on while a newer one brings the database up to date', async () => {
    const url = newDatabase();
    const before = await opened('serve', url);
    await appendNext(before, 'i1');
    const { meta } = await mongoModels(url);
    await meta.updateOne({ _id: 'format' }, { $set: { format: 0 } });
    const migrate = async () => {
      await appendNext(before, 'i1');
      await before.rateLimits.count('k', minute(0), 60_000);
    };
    const after = await openMongoStore({ url, mode: 'serve', migrations: [{ from: 0, migrate }] });
    onTestFinished(() => after.close());
    await appendNext(before, 'i1');
    await appendNext(after, 'i1');
    expect(await before.commits.head('i1')).toMatchObject({ seq: 4 });
    expect((await verifyStore(after)).findings).toEqual([]);
  });

  test('a step that fails leaves the old format, and the next start takes it again', async () => {
    const url = newDatabase();
    await (await openMongoStore({ url, mode: 'serve' })).close();
    const { meta } = await mongoModels(url);
    await meta.updateOne({ _id: 'format' }, { $set: { format: 0 } });
    const failing = async () => {
      throw new Error('cut short');
    };
    const opening = { url, mode: 'serve' } as const;
    await expect(
      openMongoStore({ ...opening, migrations: [{ from: 0, migrate: failing }] }),
    ).rejects.toThrow('cut short');
    expect(await meta.findById('format').lean()).toMatchObject({ format: 0 });
    const store = await openMongoStore({
      ...opening,
      migrations: [{ from: 0, migrate: async () => undefined }],
    });
    await store.close();
    expect(await meta.findById('format').lean()).toMatchObject({ format: 1 });
  });

  test('a newer format is refused and left alone', async () => {
    const url = newDatabase();
    await (await openMongoStore({ url, mode: 'serve' })).close();
    const { meta } = await mongoModels(url);
    await meta.updateOne({ _id: 'format' }, { $set: { format: 2 } });
    for (const mode of ['serve', 'read'] as const) {
      await expect(openMongoStore({ url, mode })).rejects.toMatchObject({
        code: 'store-version',
        userMessage: expect.stringContaining('newer Concordat'),
      });
    }
  });
});
