import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { restoreBackup } from '../../../server/store/lmdb/backup.ts';
import { documentPath } from '../../../server/store/lmdb/document-files.ts';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import type { Store } from '../../../server/store/store.ts';
import { verifyStore } from '../../../server/use-cases/verify-store.ts';
import { appendNext } from '../../contracts/store-contract.ts';
import { minute } from '../../support/synthetic-commit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A store with one document, and its finished backup. */
async function backedUp() {
  const folder = temporaryFolder();
  const directory = join(folder, 'live');
  const backup = join(folder, 'backup');
  const store = await openLmdbStore({ directory, mode: 'serve' });
  const hash = await keep(store, 'evidence');
  await appendNext(store, 'i1');
  await store.backup(backup);
  return { folder, directory, backup, store, hash };
}

test('a backup made while eight writers go on restores to a store that verifies', async () => {
  const folder = temporaryFolder();
  const store = await openLmdbStore({ directory: join(folder, 'live'), mode: 'serve' });
  const writing = new AbortController();
  let written = 0;
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    while (!writing.signal.aborted) {
      const hash = await keep(store, `document ${written}`);
      const mou = { title: 'MOU', html: hash, pdf: hash, text: hash, manifest: '', at: minute(1) };
      await appendNext(store, `i${writer}`, { documents: { mou } });
      written++;
    }
  });
  await expect.poll(() => written).toBeGreaterThan(50);
  const before = written;
  const known = await Promise.all(writers.map((_, n) => store.commits.head(`i${n}`)));
  await store.backup(join(folder, 'backup'));
  writing.abort();
  await Promise.all(writers);
  expect(written).toBeGreaterThan(before);
  await store.close();

  await restoreBackup({ from: join(folder, 'backup'), to: join(folder, 'restored') });
  const restored = await openLmdbStore({ directory: join(folder, 'restored'), mode: 'serve' });
  const { instances, findings } = await verifyStore(restored);
  expect(findings).toEqual([]);
  expect(instances).toHaveLength(8);
  for (const head of known) {
    // what was acknowledged before the backup began is in it
    expect(await restored.commits.get(head?.instance ?? '', head?.seq ?? 0)).toEqual(head);
  }
  await appendNext(restored, 'i0');
  await restored.close();
});

test('a backup goes only into an empty folder', async () => {
  const { backup, store } = await backedUp();
  const before = readdirSync(backup);
  await expect(store.backup(backup)).rejects.toMatchObject({
    code: 'store-not-empty',
    userMessage: expect.stringContaining('is not empty'),
  });
  expect(readdirSync(backup)).toEqual(before);
  await store.close();
});

test('a restore goes only into an empty folder', async () => {
  const { backup, directory, store } = await backedUp();
  await appendNext(store, 'i1');
  await expect(restoreBackup({ from: backup, to: directory })).rejects.toMatchObject({
    code: 'store-not-empty',
  });
  expect((await store.commits.head('i1'))?.seq).toBe(2);
  await store.close();
});

test.each([
  ['a changed database', ({ backup }: { backup: string }) => change(join(backup, 'data.mdb'))],
  [
    'a changed document',
    ({ backup, hash }: { backup: string; hash: string }) => change(documentPath(backup, hash)),
  ],
  ['no end', ({ backup }: { backup: string }) => rmSync(join(backup, 'backup.json'))],
  [
    'an end that says nothing',
    ({ backup }: { backup: string }) => writeFileSync(join(backup, 'backup.json'), 'oops'),
  ],
])('a backup with %s is refused, and nothing is left behind', async (_, spoil) => {
  const made = await backedUp();
  await made.store.close();
  spoil(made);
  const fresh = join(made.folder, 'fresh');
  await expect(restoreBackup({ from: made.backup, to: fresh })).rejects.toMatchObject({
    code: 'store-damaged',
  });
  expect(() => readdirSync(fresh)).toThrow();
  const empty = join(made.folder, 'empty');
  mkdirSync(empty);
  await expect(restoreBackup({ from: made.backup, to: empty })).rejects.toMatchObject({
    code: 'store-damaged',
  });
  expect(readdirSync(empty)).toEqual([]);
});

function change(path: string): void {
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(path, bytes);
}

async function keep(store: Store, text: string): Promise<string> {
  const about = { mediaType: 'text/plain', name: text, createdAt: minute(1), partnership: null };
  return (await store.documents.put(Buffer.from(text), { ...about, instance: null })).hash;
}
