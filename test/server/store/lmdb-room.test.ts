import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { expect, test } from 'vitest';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import { seal, unseal } from '../../../server/store/lmdb/seal.ts';
import { verifyStore } from '../../../server/use-cases/verify-store.ts';
import { appendNext } from '../../contracts/store-contract.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NOTE = 'Something that was decided. '.repeat(100);
const sizeOf = (directory: string) => statSync(join(directory, 'data.mdb')).size;

test('the file of an open store does not grow with each commit, and is cut to what it holds at the end', async () => {
  const directory = temporaryFolder();
  const store = await openLmdbStore({ directory, mode: 'serve' });
  await appendNext(store, 'i1', { note: NOTE });
  await store.check();
  const before = sizeOf(directory);
  for (let n = 0; n < 30; n++) await appendNext(store, 'i1', { note: NOTE });
  expect(sizeOf(directory)).toBe(before);
  await store.close();
  expect(sizeOf(directory)).toBeLessThan(before);

  const again = await openLmdbStore({ directory, mode: 'serve' });
  expect((await again.commits.head('i1'))?.seq).toBe(31);
  for (let n = 0; n < 200; n++) await appendNext(again, 'i1', { note: NOTE });
  expect((await verifyStore(again)).findings).toEqual([]);
  await again.close();
});

test('a server whose folder was taken over does not cut the file at its end', async () => {
  const directory = temporaryFolder();
  const first = await openLmdbStore({ directory, mode: 'serve' });
  await appendNext(first, 'i1');
  // without its beat file the owner counts as dead
  const [beat = ''] = readdirSync(directory).filter((name) => name.startsWith('owner.'));
  rmSync(join(directory, beat));
  const second = await openLmdbStore({ directory, mode: 'serve' });
  for (let n = 0; n < 40; n++) await appendNext(second, 'i1', { note: NOTE });
  const size = sizeOf(directory);
  // it has not heard of it yet
  await first.close();
  expect(sizeOf(directory)).toBe(size);
  expect((await verifyStore(second)).findings).toEqual([]);
  expect((await appendNext(second, 'i1')).seq).toBe(42);
  await second.close();
});

test('a write that was decided before the folder was taken over is not written after it', async () => {
  const directory = temporaryFolder();
  let take: (() => void) | undefined;
  const store = await openLmdbStore({
    directory,
    mode: 'serve',
    faults: (moment) => {
      if (moment === 'before-commit') take?.();
    },
  });
  await appendNext(store, 'i1');
  // until nothing else is under way: what shares a transaction is decided inside it
  for (let n = 0; n < 3; n++) await store.check();
  const root = open<string>({ path: directory, noSubdir: false, encoding: 'string', maxDbs: 64 });
  const meta = root.openDB<string>('meta', { encoding: 'string' });
  take = () => {
    take = undefined;
    root.transactionSync(() => {
      const text = unseal('owner', meta.get('owner') ?? '');
      const owner = JSON.parse(text) as { epoch: number; id: string };
      const other = { ...owner, epoch: owner.epoch + 1, id: 'another' };
      meta.removeSync(['owns', owner.id]);
      meta.putSync('owner', seal('owner', JSON.stringify(other)));
    });
  };
  await expect(appendNext(store, 'i1')).rejects.toMatchObject({ code: 'store-owned' });
  root.resetReadTxn();
  expect((await store.commits.head('i1'))?.seq).toBe(1);
  await store.close();
});
