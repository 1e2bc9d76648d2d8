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

test('mongodb is refused for now, with what to use instead and without the password in it', async () => {
  for (const url of ['mongodb://user:secret@host/db', 'mongodb+srv://user:secret@host/db']) {
    const refusal = await openStore(url, 'serve').catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'setting-refused',
      userMessage: expect.stringContaining('--store lmdb:./data'),
    });
    expect(JSON.stringify(refusal) + String(refusal)).not.toContain('secret');
  }
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
