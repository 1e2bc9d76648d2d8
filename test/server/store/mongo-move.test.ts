import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Asker } from '../../../server/access/asker.ts';
import { systemClock } from '../../../server/clock.ts';
import { readConfig } from '../../../server/config.ts';
import { createLog } from '../../../server/log.ts';
import type { Services } from '../../../server/services.ts';
import type { StoredCommit } from '../../../server/store/commit.ts';
import { compareStores } from '../../../server/store/compare-stores.ts';
import { openBackup, openStore } from '../../../server/store/open-store.ts';
import type { Store } from '../../../server/store/store.ts';
import type { StoreMode } from '../../../server/store/store-mode.ts';
import { listBackups, startBackup } from '../../../server/use-cases/make-backup.ts';
import { moveStore } from '../../../server/use-cases/move-store.ts';
import { verifyStore } from '../../../server/use-cases/verify-store.ts';
import { createLongWorkRunner } from '../../../server/work/long-work-runner.ts';
import { appendNext } from '../../contracts/store-contract.ts';
import { concordat } from '../../support/command-line.ts';
import { endingStore } from '../../support/ending-store.ts';
import { fillStore } from '../../support/filled-store.ts';
import { mongoModels } from '../../support/mongo-commits.ts';
import { startMongoServer } from '../../support/mongo-server.ts';
import { addDispute, smallWorld } from '../../support/small-world.ts';
import { minute, syntheticTask } from '../../support/synthetic-commit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const server = await startMongoServer();
afterAll(() => server?.stop());
const now = minute(0);

describe.skipIf(server === undefined)('with a MongoDB', () => {
  const newDatabase = () => server?.newDatabase() ?? '';

  async function opened(url: string, mode: StoreMode = 'read'): Promise<Store> {
    const store = await openStore(url, mode);
    onTestFinished(() => store.close());
    return store;
  }

  test('a partnership moved to MongoDB and back is the same to the last letter', async () => {
    const folder = temporaryFolder();
    const { world, store, partnership } = await smallWorld(folder);
    await addDispute(world, partnership);
    await world.close();
    // also what this story does not bring about
    const more = await openStore(store, 'exclusive');
    await fillStore(more, 3);
    await more.close();
    const database = newDatabase();
    const back = `lmdb:${join(folder, 'back')}`;
    for (const [from, to] of [
      [store, database],
      [database, back],
    ] as const) {
      const { code, out, err } = await concordat(['move', '--from', from, '--to', to, '--json']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const { outcome, kinds } = JSON.parse(out) as { outcome: string; kinds: { to: number }[] };
      expect(outcome).toBe('moved');
      expect(kinds.filter((kind) => kind.to === 0)).toEqual([]);
    }
    const [first, second] = [await opened(store), await opened(back)];
    const compared = await compareStores(first, second);
    expect(compared.filter(({ same }) => !same)).toEqual([]);
    const { instances, findings } = await verifyStore(second);
    expect(findings).toEqual([]);
    expect(instances).toEqual((await verifyStore(first)).instances);
  }, 240_000);

  test('cut short at any write, a move into MongoDB goes on, and is not served before its end', async () => {
    const source = await opened(`lmdb:${temporaryFolder()}`, 'serve');
    await fillStore(source);
    for (const writes of [1, 2, 6, 13, 24, 50, 65]) {
      const url = newDatabase();
      const target = await openStore(url, 'fill');
      const ending = moveStore(source, endingStore(target, writes), { now });
      await expect(ending, `after ${writes} writes`).rejects.toThrow('the process has ended');
      await target.close();
      for (const mode of ['serve', 'read'] as const) {
        await expect(opened(url, mode)).rejects.toMatchObject({ code: 'store-unfinished' });
      }
      const again = await opened(url, 'fill');
      expect(await moveStore(source, again, { now })).toMatchObject({ outcome: 'moved' });
      const served = await opened(url, 'serve');
      expect((await compareStores(source, served)).every(({ same }) => same)).toBe(true);
    }
  }, 240_000);

  test('a database that holds anything is not filled', async () => {
    const url = newDatabase();
    // one that is only there is taken
    await (await openStore(url, 'serve')).close();
    await (await openStore(url, 'fill')).close();
    await appendNext(await opened(url, 'serve'), 'i1');
    await expect(openStore(url, 'fill')).rejects.toMatchObject({ code: 'store-not-empty' });
  });

  test('a database that a server uses is neither copied nor filled until it has stopped', async () => {
    const [url, empty] = [newDatabase(), newDatabase()];
    const source = await opened(url, 'serve');
    await fillStore(source, 2);
    const backup = join(temporaryFolder(), 'backup');
    await source.backup(backup);
    const target = await opened(empty, 'serve');
    const copy = `lmdb:${join(temporaryFolder(), 'copy')}`;
    const commands = [
      ['move', '--from', url, '--to', copy],
      ['restore', '--from', backup, '--store', empty],
    ];
    for (const command of commands) {
      const { code, err } = await concordat(command);
      expect(code).toBe(1);
      expect(err).toContain('A server is using mongodb://');
      expect(err).toContain(`process ${process.pid}`);
      expect(err).toContain('Stop every server on it, then run this command again.');
    }
    await source.close();
    await target.close();
    for (const command of commands) expect(await concordat(command)).toMatchObject({ code: 0 });
  });

  test('a server that was killed counts for half a minute and then no longer', async () => {
    const url = newDatabase();
    await (await openStore(url, 'serve')).close();
    const { meta } = await mongoModels(url);
    const left = (seconds: number) =>
      meta.updateOne(
        { _id: 'process/killed' },
        { $set: { owner: 'here, process 1', until: new Date(Date.now() + seconds * 1_000) } },
        { upsert: true },
      );
    await left(25);
    await expect(openStore(url, 'fill')).rejects.toMatchObject({ code: 'store-owned' });
    await left(-1);
    await (await openStore(url, 'fill')).close();
    // and the next server clears it away, leaving nothing of its own
    await (await openStore(url, 'serve')).close();
    expect((await meta.find({}).sort({ _id: 1 }).lean()).map(({ _id }) => _id)).toEqual(['format']);
  });

  test('a damaged database is found before anything is copied from it, and not backed up as whole', async () => {
    const url = newDatabase();
    const before = await opened(url, 'serve');
    await fillStore(before, 2);
    await before.close();
    const { commits } = await mongoModels(url);
    const found = await commits.findOne({ instance: 'i1', seq: 2 }).orFail().lean();
    await commits.updateOne(
      { instance: 'i1', seq: 2 },
      { $set: { text: found.text.replace('written', 'Written') } },
    );
    const folder = temporaryFolder();
    const to = `lmdb:${join(folder, 'copy')}`;
    const { code, out } = await concordat(['move', '--from', url, '--to', to]);
    expect(code).toBe(1);
    expect(out).toContain('FOUND: i1, commit 2');
    expect(out).toContain('nothing was copied');
    expect(await (await opened(to)).commits.instances({ limit: 1 })).toEqual([]);
    const backup = join(folder, 'backup');
    await expect((await opened(url)).backup(backup)).rejects.toMatchObject({
      code: 'store-damaged',
    });
    await expect(openBackup(backup)).rejects.toMatchObject({ code: 'store-unfinished' });
  });

  test('a backup made while four writers go on loses nothing acknowledged, and restores to either store', async () => {
    const url = newDatabase();
    const store = await opened(url, 'serve');
    await fillStore(store, 3);
    const writing = new AbortController();
    const acknowledged: StoredCommit[] = [];
    const about = { mediaType: 'text/plain', createdAt: minute(1), partnership: null };
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 1; !writing.signal.aborted; n++) {
        await pause(20);
        const name = `paper ${writer} ${n}`;
        const { hash } = await store.documents.put(Buffer.from(name), {
          ...about,
          name,
          instance: null,
        });
        const mou = { title: name, html: hash, pdf: hash, text: hash, manifest: '', at: minute(1) };
        const task = syntheticTask({ id: `w${writer}:${n}:1`, instance: `w${writer}`, seq: n });
        const value = { id: `v${n}`, instance: `w${writer}`, salt: '', value: '1' };
        acknowledged.push(
          await appendNext(store, `w${writer}`, {
            documents: { mou },
            tasks: [
              { change: 'add', task },
              { change: 'cancel', id: `w${writer}:${n - 1}:1` },
            ],
            personal: [value],
          }),
        );
      }
    });
    await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(20);
    const known = [...acknowledged];
    const backup = join(temporaryFolder(), 'backup');
    const done = await concordat(['backup', backup, '--store', url]);
    const during = acknowledged.length - known.length;
    writing.abort();
    await Promise.all(writers);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(during).toBeGreaterThan(0);

    const restored = [`lmdb:${join(temporaryFolder(), 'restored')}`, newDatabase()];
    for (const to of restored) {
      const back = await concordat(['restore', '--from', backup, '--store', to, '--json']);
      expect({ code: back.code, err: back.err }).toEqual({ code: 0, err: '' });
      const copy = await opened(to);
      expect((await verifyStore(copy)).findings).toEqual([]);
      for (const commit of known) {
        expect(await copy.commits.get(commit.instance, commit.seq)).toEqual(commit);
      }
      for (let writer = 0; writer < 4; writer++) {
        const { seq = 0 } = (await copy.commits.head(`w${writer}`)) ?? {};
        expect(await copy.tasks.get(`w${writer}:${seq}:1`)).toMatchObject({ state: 'due' });
        const before = await copy.tasks.get(`w${writer}:${seq - 1}:1`);
        expect(before).toMatchObject({ state: 'cancelled' });
        expect(await copy.commits.personal(`w${writer}`, [`v${seq}`])).toHaveLength(1);
      }
      const never = await concordat(['restore', '--from', backup, '--store', to]);
      expect(never.code).toBe(1);
      expect(never.err).toMatch(/is not empty|holds records already/u);
    }
  }, 240_000);

  test('a backup asked for on the pages is made of a database, too, and checked', async () => {
    const store = await opened(newDatabase(), 'serve');
    await fillStore(store, 2);
    const [clock, log] = [systemClock(), createLog({ level: 'silent' })];
    const longWork = createLongWorkRunner({ store, clock, log });
    const config = readConfig({ args: ['--backups', temporaryFolder()], env: {} });
    const services = { store, clock, log, longWork, config } as unknown as Services;
    const ada = await store.directory.person('ada');
    const asker = { kind: 'person', person: { ...ada, administrator: true } } as Asker;
    await startBackup(services, asker);
    await longWork.idle();
    const [made] = await listBackups(services, asker);
    const result = { kind: 'backup', histories: 2, findings: [] };
    expect(made).toMatchObject({ state: 'done', problem: null, result });
  });

  test('a backup that has changed is not restored into a database', async () => {
    const url = newDatabase();
    const store = await opened(url, 'serve');
    await fillStore(store, 2);
    const backup = join(temporaryFolder(), 'backup');
    await store.backup(backup);
    await expect(store.backup(backup)).rejects.toMatchObject({ code: 'store-not-empty' });
    rmSync(join(backup, 'backup.json'));
    const to = newDatabase();
    const { code, err } = await concordat(['restore', '--from', backup, '--store', to]);
    expect(code).toBe(1);
    expect(err).toContain('does not hold a finished Concordat backup');
  });
});
