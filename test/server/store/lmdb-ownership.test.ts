import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import { appendNext } from '../../contracts/store-contract.ts';
import { ended, runChild, saidLine } from '../../support/child-script.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const WRITER = new URL('../../faults/store-writer.ts', import.meta.url);

describe('one server owns a folder', () => {
  test('a second server on the same folder is refused, with a sentence that says what to do', async () => {
    const directory = temporaryFolder();
    const child = runChild(WRITER, [directory]);
    await saidLine(child, 'ready');
    for (const mode of ['serve', 'exclusive'] as const) {
      await expect(openLmdbStore({ directory, mode })).rejects.toMatchObject({
        code: 'store-owned',
        userMessage: expect.stringContaining(
          `already in use by another Concordat (process ${child.pid}`,
        ),
      });
    }
    child.kill('SIGKILL');
    await ended(child);
  });

  test('two servers in one process are refused too, and a closed one makes room', async () => {
    const directory = temporaryFolder();
    const first = await openLmdbStore({ directory, mode: 'serve' });
    await expect(openLmdbStore({ directory, mode: 'serve' })).rejects.toMatchObject({
      code: 'store-owned',
    });
    // the refused one must not have taken the environment of the first with it
    await appendNext(first, 'i1');
    await first.close();
    const second = await openLmdbStore({ directory, mode: 'serve' });
    expect((await second.commits.head('i1'))?.seq).toBe(1);
    await second.close();
    expect(readdirSync(directory).filter((name) => name.startsWith('owner.'))).toEqual([]);
  });

  test('of several that start at once one becomes the owner', async () => {
    const directory = temporaryFolder();
    const openings = await Promise.allSettled(
      Array.from({ length: 5 }, () => openLmdbStore({ directory, mode: 'serve' })),
    );
    const opened = openings.filter((opening) => opening.status === 'fulfilled');
    expect(opened).toHaveLength(1);
    for (const { value } of opened) {
      await appendNext(value, 'i1');
      await value.close();
    }
  });

  test('a frozen server keeps its folder', async () => {
    const directory = temporaryFolder();
    const child = runChild(WRITER, [directory]);
    await saidLine(child, 'ready');
    child.kill('SIGSTOP');
    await expect(openLmdbStore({ directory, mode: 'serve' })).rejects.toMatchObject({
      code: 'store-owned',
    });
    child.kill('SIGKILL');
    await ended(child);
  });

  test('a folder whose server was killed is taken over at once', async () => {
    const directory = temporaryFolder();
    const child = runChild(WRITER, [directory]);
    await saidLine(child, 'ready');
    child.kill('SIGKILL');
    await ended(child);
    const began = performance.now();
    const store = await openLmdbStore({ directory, mode: 'serve' });
    expect(performance.now() - began).toBeLessThan(2_000);
    await appendNext(store, 'mine');
    await store.close();
  });

  test('a server whose folder was taken over writes nothing more, and says why', async () => {
    const directory = temporaryFolder();
    const first = await openLmdbStore({ directory, mode: 'serve' });
    await appendNext(first, 'i1');
    // without its beat file the owner counts as dead: as after a restore over a running server
    const [beat = ''] = readdirSync(directory).filter((name) => name.startsWith('owner.'));

    rmSync(join(directory, beat));
    const second = await openLmdbStore({ directory, mode: 'serve' });
    await expect(appendNext(first, 'i1')).rejects.toMatchObject({ code: 'store-owned' });
    await expect(first.sessions.set('s', {}, '2030-01-01T00:00:00Z')).rejects.toMatchObject({
      code: 'store-owned',
    });
    expect((await appendNext(second, 'i1')).seq).toBe(2);
    await first.close();
    // the closing of the first does not give away what is the second's
    await expect(openLmdbStore({ directory, mode: 'serve' })).rejects.toMatchObject({
      code: 'store-owned',
    });
    await second.close();
  });

  test('the folder may be read while a server writes, and only read', async () => {
    const directory = temporaryFolder();
    const server = await openLmdbStore({ directory, mode: 'serve' });
    await appendNext(server, 'i1');
    const reader = await openLmdbStore({ directory, mode: 'read' });
    expect((await reader.commits.head('i1'))?.seq).toBe(1);
    await appendNext(server, 'i1');
    expect((await reader.commits.head('i1'))?.seq).toBe(2);
    await expect(appendNext(reader, 'i1')).rejects.toMatchObject({
      code: 'store-owned',
      userMessage: expect.stringContaining('opened for reading only'),
    });
    await expect(reader.check()).resolves.toBeUndefined();
    await reader.close();
    await appendNext(server, 'i1');
    await server.close();
  });

  test('a process of its own reads the folder while a server writes', async () => {
    const directory = temporaryFolder();
    const child = runChild(WRITER, [directory]);
    await saidLine(child, 'ready');
    const reader = await openLmdbStore({ directory, mode: 'read' });
    await expect.poll(async () => (await reader.commits.head('w0'))?.seq ?? 0).toBeGreaterThan(3);
    await reader.close();
    child.kill('SIGKILL');
    await ended(child);
  });
});

describe('folders that cannot be a store', () => {
  test('a folder without a store cannot be read, and is not made by looking', async () => {
    const directory = join(temporaryFolder(), 'nothing');
    await expect(openLmdbStore({ directory, mode: 'read' })).rejects.toMatchObject({
      code: 'store-unreadable',
      userMessage: expect.stringContaining('There is no Concordat data in'),
    });
    expect(() => readdirSync(directory)).toThrow();
  });

  test('a file in the place of the folder is refused with a sentence', async () => {
    const directory = join(temporaryFolder(), 'file');
    writeFileSync(directory, 'not a folder');
    await expect(openLmdbStore({ directory, mode: 'serve' })).rejects.toMatchObject({
      code: 'store-unreadable',
      userMessage: expect.stringContaining('cannot be read or written'),
    });
  });

  test.skipIf(process.platform !== 'linux')(
    'a folder that may not be written is refused with a sentence',
    async () => {
      // nobody may make a folder here, not even an administrator
      await expect(
        openLmdbStore({ directory: '/proc/concordat', mode: 'serve' }),
      ).rejects.toMatchObject({ code: 'store-unreadable' });
    },
  );
});
