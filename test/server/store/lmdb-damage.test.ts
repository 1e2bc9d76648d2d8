import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentPath } from '../../../server/store/lmdb/document-files.ts';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import type { DocumentReference } from '../../../engine/snapshot.ts';
import type { Store } from '../../../server/store/store.ts';
import { verifyStore } from '../../../server/use-cases/verify-store.ts';
import { appendNext } from '../../contracts/store-contract.ts';
import { minute, syntheticAppend, syntheticTask } from '../../support/synthetic-commit.ts';
import { rawStore } from '../../support/raw-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const serve = (directory: string) => openLmdbStore({ directory, mode: 'serve' });

/** A store with two instances of 30 commits, closed again. */
async function filled(): Promise<string> {
  const directory = temporaryFolder();
  const store = await serve(directory);
  for (let n = 0; n < 30; n++) {
    await appendNext(store, 'good');
    await appendNext(store, 'bad', { note: `mark-${n}-mark` });
  }
  await store.close();
  return directory;
}

/** Changes one letter of a text wherever it stands in the file. */
function flip(path: string, text: string): void {
  const bytes = readFileSync(path);
  let flips = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    flips++;
  }
  expect(flips).toBeGreaterThan(0);
  writeFileSync(path, bytes);
}

test('one changed bit in a commit is found where it is read, and never shown', async () => {
  const directory = await filled();
  flip(join(directory, 'data.mdb'), 'mark-11-mark');
  const store = await serve(directory);
  const refused = { code: 'store-damaged', details: { instance: 'bad', seq: 12 } };
  await expect(store.commits.get('bad', 12)).rejects.toMatchObject(refused);
  await expect(store.commits.history('bad', { limit: 100 })).rejects.toMatchObject(refused);
  expect((await store.commits.head('bad'))?.seq).toBe(30);
  expect(await verifyStore(store)).toMatchObject({
    instances: [
      { instance: 'bad', seq: 30 },
      { instance: 'good', seq: 30 },
    ],
    findings: [
      { instance: 'bad', seq: 12, what: expect.stringContaining('no longer has the hash') },
    ],
  });
  await store.close();
});

test('only a file that was closed in order and not touched since is taken as it is at a start', async () => {
  const directory = await filled();
  const path = join(directory, 'data.mdb');
  const isMarked = (): boolean => readdirSync(directory).includes('sound');
  expect(isMarked()).toBe(true);
  const store = await serve(directory);
  // a process that is killed from here on leaves no mark
  expect(isMarked()).toBe(false);
  await store.close();
  expect(isMarked()).toBe(true);

  const bytes = readFileSync(path);
  // the two first pages say where everything is; the others say which they are
  for (let at = 2 * 4096; at + 4096 <= bytes.length; at += 4096) bytes.writeUInt8(0xff, at);
  writeFileSync(path, bytes);
  await expect(serve(directory)).rejects.toMatchObject({ code: 'store-damaged' });
});

test('a changed bit in the newest commit keeps the instance from going on', async () => {
  const directory = await filled();
  flip(join(directory, 'data.mdb'), 'mark-29-mark');
  const store = await serve(directory);
  await expect(store.commits.head('bad')).rejects.toMatchObject({
    code: 'store-damaged',
    userMessage: expect.stringContaining('commit 30 of instance bad'),
  });
  expect((await store.commits.head('good'))?.seq).toBe(30);
  expect((await verifyStore(store)).findings).toMatchObject([{ instance: 'bad', seq: 30 }]);
  await store.close();
});

test.each([
  ['a commit in the middle is gone', ['bad', 7], [7, 'is missing: the history has a gap here']],
  ['the newest commit is gone', ['bad', 30], [30, 'is missing']],
] as const)('verify finds that %s', async (_, key, [seq, what]) => {
  const directory = await filled();
  const root = rawStore(directory);
  await root.openDB<string>('instances', { encoding: 'string' }).remove([...key]);
  await root.close();
  const store = await serve(directory);
  const { findings } = await verifyStore(store);
  expect(findings[0]).toMatchObject({ instance: 'bad', seq, what: expect.stringContaining(what) });
  await store.close();
});

test('what stands under a key that has changed is damaged, and not something that was never there', async () => {
  const directory = temporaryFolder();
  const first = await serve(directory);
  const task = syntheticTask({ id: 'task-5', instance: 'i5' });
  await first.commits.append(
    syntheticAppend({
      instance: 'i5',
      seq: 1,
      idempotencyKey: 'key-5',
      personal: [{ id: 'name-5', instance: 'i5', salt: 'salt', value: '"Jane Roe"' }],
      tasks: [{ change: 'add', task }],
    }),
  );
  await appendNext(first, 'i1');
  await appendNext(first, 'i9');
  await first.close();
  const root = rawStore(directory);
  for (const [table, before, after] of [
    ['instances', ['i5', 'personal', 'name-5'], ['i5', 'personal', 'name-4']],
    ['instances', ['i5', 'idempotency', 'key-5'], ['i5', 'idempotency', 'key-7']],
    ['tasks', 'task-5', 'task-7'],
  ] as const) {
    const records = root.openDB<string>(table, { encoding: 'string' });
    const key = typeof before === 'string' ? before : [...before];
    await records.put(typeof after === 'string' ? after : [...after], String(records.get(key)));
    await records.remove(key);
  }
  await root.close();
  const store = await serve(directory);
  const refused = { code: 'store-damaged' };
  await expect(store.commits.personal('i5', ['name-5'])).rejects.toMatchObject(refused);
  await expect(store.commits.findByIdempotencyKey('i5', 'key-5')).rejects.toMatchObject(refused);
  await expect(store.tasks.get('task-5')).rejects.toMatchObject(refused);
  expect(await store.commits.findByIdempotencyKey('i9', 'key-5')).toBeUndefined();
  await store.close();
});

test('verify finds a chain that was rewritten with hashes of its own', async () => {
  const directory = await filled();
  const store = await serve(directory);
  const forged = await appendNext(store, 'forged');
  await store.close();
  const root = rawStore(directory);
  await root
    .openDB<string>('instances', { encoding: 'string' })
    .put(['bad', 5], forged.hash + forged.text);
  await root.close();
  const reopened = await serve(directory);
  expect((await verifyStore(reopened)).findings.map(({ seq, what }) => [seq, what])).toEqual([
    [5, 'commit 5 of instance bad is another than was written there'],
  ]);
  await reopened.close();
});

// the last tenth may be free pages alone, as lists follow by the clock, and those nobody misses
test.each([0.05, 0.5, 0.7])(
  'a store cut to %d of its length is refused at the start',
  async (part) => {
    const directory = await filled();
    const path = join(directory, 'data.mdb');
    truncateSync(path, Math.floor(statSync(path).size * part));
    for (const mode of ['serve', 'read'] as const) {
      await expect(openLmdbStore({ directory, mode })).rejects.toMatchObject({
        code: 'store-damaged',
        userMessage: expect.stringContaining('Restore the newest backup'),
      });
    }
  },
);

test('a file that is no store is refused at the start, and not overwritten', async () => {
  const directory = temporaryFolder();
  const path = join(directory, 'data.mdb');
  const text = 'This is somebody else’s file. '.repeat(1_000);
  writeFileSync(path, text);
  await expect(serve(directory)).rejects.toMatchObject({ code: 'store-damaged' });
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a document that has changed or is gone is never served as the one that was kept', async () => {
  const directory = temporaryFolder();
  const store = await serve(directory);
  const hashes: string[] = [];
  for (const text of ['html', 'pdf', 'text']) hashes.push(await keep(store, text, 'i1'));
  const [html = '', pdf = '', text = ''] = hashes;
  const upload = await keep(store, 'evidence', 'i1');
  const mou: DocumentReference = { title: 'MOU', html, pdf, text, manifest: '', at: minute(1) };
  await appendNext(store, 'i1', { documents: { mou } });
  await appendNext(store, 'i1', { documents: { mou } });
  expect((await verifyStore(store)).findings).toEqual([]);

  flip(documentPath(directory, pdf), 'pdf');
  rmSync(documentPath(directory, text));
  rmSync(documentPath(directory, upload));
  await expect(store.documents.bytes(pdf)).rejects.toMatchObject({ code: 'store-damaged' });
  expect((await verifyStore(store)).findings).toEqual([
    { instance: 'i1', seq: 1, what: `document ${pdf} no longer has the bytes it was stored with` },
    { instance: 'i1', seq: 1, what: `names the document “mou” (${text}), which is missing` },
    {
      instance: 'i1',
      seq: null,
      what: `names the document “evidence” (${upload}), which is missing`,
    },
  ]);

  // keeping the right bytes again mends it
  await keep(store, 'pdf', 'i1');
  expect(Buffer.from((await store.documents.bytes(pdf)) ?? []).toString()).toBe('pdf');
  await store.close();
  expect(readdirSync(join(directory, 'documents')).length).toBeGreaterThan(0);
});

async function keep(store: Store, text: string, instance: string): Promise<string> {
  const about = { mediaType: 'text/plain', name: text, createdAt: minute(1), partnership: null };
  return (await store.documents.put(Buffer.from(text), { ...about, instance })).hash;
}

test('a key that can no longer be read is damage where it is walked over', async () => {
  const directory = await filled();
  const root = rawStore(directory);
  const links = root.openDB<string>('linkIndex', { encoding: 'string', keyEncoding: 'binary' });
  await links.put(UNREADABLE, 'x');
  await root.close();

  const store = await serve(directory);
  await expect(store.links.listByInstance('good')).rejects.toMatchObject({ code: 'store-damaged' });
  expect(await store.links.listByInstance('bad')).toEqual([]);
  const what = 'a key cannot be read';
  expect((await verifyStore(store)).findings).toEqual([{ instance: null, seq: null, what }]);
  await store.close();
});

/** Two texts, as in the key of a link of “good”, and a number with more to it than a number has. */
const UNREADABLE = Buffer.from('instance\0good\0\x14\0\0\0\0\0\x23\0\x60\x01');

/** A store in whose table of definitions a key has become one of another kind. */
async function withForeignKey(): Promise<Store> {
  const directory = await filled();
  const root = rawStore(directory);
  await root.openDB<string>('definitions', { encoding: 'string' }).put(true, 'x');
  await root.close();
  return serve(directory);
}

test('a key that has become one of another kind is damage where it is walked over', async () => {
  const store = await withForeignKey();
  await expect(store.definitions.list()).rejects.toMatchObject({ code: 'store-damaged' });
  const what = 'a key is of a kind that is never written';
  expect((await verifyStore(store)).findings).toEqual([{ instance: null, seq: null, what }]);
  await store.close();
});

test('however often a damaged key is walked over, all else can be read and written', async () => {
  const store = await withForeignKey();
  // more often than LMDB has readers, each at another moment
  for (let n = 0; n < 140; n += 1) {
    await expect(store.definitions.list()).rejects.toMatchObject({ code: 'store-damaged' });
    await appendNext(store, 'good');
  }
  expect((await store.commits.head('good'))?.seq).toBe(170);
  await store.close();
});
