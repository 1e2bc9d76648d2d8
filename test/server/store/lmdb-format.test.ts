import { expect, test } from 'vitest';
import type { Migration } from '../../../server/store/lmdb/format.ts';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import { seal, unseal } from '../../../server/store/lmdb/seal.ts';
import type { TaskChange } from '../../../server/store/task.ts';
import { appendNext } from '../../contracts/store-contract.ts';
import { rawStore } from '../../support/raw-store.ts';
import { syntheticAppend } from '../../support/synthetic-commit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ADA = ['person', 'ada'];

/** Stands for a step from a format in which e-mail addresses were kept as they were typed. */
const STEP: Migration = {
  from: 3,
  migrate: ({ directory }) => {
    for (const { key, value } of directory.getRange({
      start: ['person', ''],
      end: ['person', '~'],
    })) {
      directory.putSync(key, seal(key, unseal(key, value).toLowerCase()));
    }
  },
};

async function storeOfFormat(format: number): Promise<string> {
  const directory = temporaryFolder();
  const store = await openLmdbStore({ directory, mode: 'serve' });
  await appendNext(store, 'i1');
  await store.close();
  const root = rawStore(directory);
  await root.openDB<string>('meta', { encoding: 'string' }).put('format', String(format));
  await root
    .openDB<string>('directory', { encoding: 'string' })
    .put(ADA, seal(ADA, JSON.stringify({ id: 'ada', email: 'ADA@EXAMPLE.ORG' })));
  await root.close();
  return directory;
}

test('an older store is migrated once, and keeps its history', async () => {
  const directory = await storeOfFormat(3);
  const opening = { directory, mode: 'serve', migrations: [STEP] } as const;
  const store = await openLmdbStore(opening);
  expect(await store.directory.person('ada')).toMatchObject({ email: 'ada@example.org' });
  expect((await store.commits.head('i1'))?.seq).toBe(1);
  await store.close();
  const again = await openLmdbStore({
    ...opening,
    migrations: [
      {
        from: 3,
        migrate: () => {
          throw new Error('migrated twice');
        },
      },
    ],
  });
  await again.close();
});

test('a migration that fails leaves the store as it was, and it can be tried again', async () => {
  const directory = await storeOfFormat(3);
  const failing: Migration = {
    from: 3,
    migrate: (tables) => {
      STEP.migrate(tables);
      throw new Error('half-way');
    },
  };
  await expect(openLmdbStore({ directory, mode: 'serve', migrations: [failing] })).rejects.toThrow(
    'half-way',
  );
  const root = rawStore(directory);
  expect(root.openDB<string>('meta', { encoding: 'string' }).get('format')).toBe('3');
  expect(root.openDB<string>('directory', { encoding: 'string' }).get(['person', 'ada'])).toContain(
    'ADA',
  );
  await root.close();
  const store = await openLmdbStore({ directory, mode: 'serve', migrations: [STEP] });
  await store.close();
});

test('a store from before records had seals gets them, and every record is as it was', async () => {
  const directory = await storeOfFormat(1);
  const root = rawStore(directory);
  const values = (): ReadonlyMap<string, string> =>
    new Map(
      Array.from(root.getKeys(), String).flatMap((name) => {
        const table = root.openDB<string>(name, { encoding: 'string' });
        return Array.from(table.getRange({}), ({ key, value }) => [
          `${name} ${JSON.stringify(key)}`,
          value,
        ]);
      }),
    );
  const sealed = values();
  await root.transaction(() => {
    for (const name of Array.from(root.getKeys(), String)) {
      const table = root.openDB<string>(name, { encoding: 'string' });
      for (const { key, value } of table.getRange({})) {
        if (value === '' || key === 'format') continue;
        if (Array.isArray(key) && typeof key[1] === 'number' && name === 'instances') continue;
        table.putSync(key, unseal(key, value));
      }
    }
  });
  await root.close();

  const store = await openLmdbStore({ directory, mode: 'serve' });
  // ada was put there by hand, so no index leads to her
  expect((await store.inspect()).filter((found) => !found.includes('index'))).toEqual([]);
  expect(await store.directory.person('ada')).toMatchObject({ email: 'ADA@EXAMPLE.ORG' });
  expect((await store.commits.head('i1'))?.seq).toBe(1);
  await store.close();
  const after = rawStore(directory);
  const instances = after.openDB<string>('instances', { encoding: 'string' });
  for (const { key, value } of instances.getRange({})) {
    expect(value).toBe(sealed.get(`instances ${JSON.stringify(key)}`));
  }
  await after.close();
});

test('a document that was due before documents had a lane of their own is drawn, once', async () => {
  const directory = temporaryFolder();
  const first = await openLmdbStore({ directory, mode: 'serve' });
  const at = '2026-03-02T09:00:00.000Z';
  const task = (id: string, kind: 'document' | 'deadline'): TaskChange => ({
    change: 'add',
    task: { id, kind, instance: 'i1', seq: 1, partnership: null, dueAt: at, detail: {} },
  });
  const tasks = [task('paper', 'document'), task('day', 'deadline')];
  await first.commits.append(syntheticAppend({ instance: 'i1', seq: 1, tasks }));
  await first.close();
  const root = rawStore(directory);
  const index = root.openDB<string>('taskIndex', { encoding: 'string' });
  await root.transaction(() => {
    for (const key of Array.from(index.getKeys())) {
      const [queue, ...place] = key as [string, number, string];
      if (queue !== 'due documents') continue;
      index.removeSync(key);
      index.putSync(['due work', ...place], '');
    }
    root.openDB<string>('meta', { encoding: 'string' }).putSync('format', '2');
  });
  await root.close();

  const store = await openLmdbStore({ directory, mode: 'serve' });
  expect(await store.inspect()).toEqual([]);
  const ask = { now: at, limit: 9, owner: 'me', leaseMs: 1_000 };
  const drawn = await store.tasks.claim({ ...ask, lane: 'documents' });
  expect(drawn.map(({ id }) => id)).toEqual(['paper']);
  expect((await store.tasks.claim({ ...ask, lane: 'work' })).map(({ id }) => id)).toEqual(['day']);
  await store.close();
});

test('an older store is not changed by reading: it is refused, with what to do', async () => {
  const directory = await storeOfFormat(1);
  await expect(openLmdbStore({ directory, mode: 'read' })).rejects.toMatchObject({
    code: 'store-version',
    userMessage: expect.stringContaining('Start the server on it once'),
  });
});

test.each(['serve', 'read', 'exclusive'] as const)(
  'a store of a newer version is refused (%s), with what to do, and not changed',
  async (mode) => {
    const directory = await storeOfFormat(5);
    await expect(openLmdbStore({ directory, mode })).rejects.toMatchObject({
      code: 'store-version',
      userMessage: expect.stringContaining('was written by a newer Concordat'),
    });
    const root = rawStore(directory);
    expect(root.openDB<string>('meta', { encoding: 'string' }).get('format')).toBe('5');
    await root.close();
  },
);
