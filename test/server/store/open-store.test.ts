import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { lmdbDirectory, openStore } from '../../../server/store/open-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('lmdb:FOLDER is a folder counted from the working directory', async () => {
  expect(lmdbDirectory('lmdb:./data')).toBe(`${process.cwd()}/data`);
  const folder = temporaryFolder();
  const store = await openStore(`lmdb:${folder}`, 'serve');
  expect(store.address).toContain(basename(folder));
  await store.close();
});

test('a MongoDB that does not answer is named in a sentence, without the password', async () => {
  const url = 'mongodb://user:secret@127.0.0.1:1/concordat?appName=secret';
  const refusal = await openStore(url, 'serve').catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: 'store-unreadable',
    userMessage: expect.stringContaining('mongodb://127.0.0.1:1/concordat does not answer'),
  });
  expect(JSON.stringify(refusal) + String(refusal)).not.toContain('secret');
});

test.each(['', 'lmdb:', './data', 'postgres://x'])(
  '"%s" is refused with what is accepted',
  async (url) => {
    await expect(openStore(url, 'serve')).rejects.toMatchObject({
      code: 'setting-refused',
      userMessage: expect.stringContaining('lmdb:./data'),
    });
  },
);
