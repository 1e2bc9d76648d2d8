import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCommit } from '../../../server/runtime/head.ts';
import { restoreBackup } from '../../../server/store/lmdb/backup.ts';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import { verifyStore } from '../../../server/use-cases/verify-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { visitScene } from './visit-scene.ts';
import { rawStore } from '../../support/raw-store.ts';

test('verify finds a personal value that was changed or is gone, and none that was erased', async () => {
  const { server, asManager, visit } = await visitScene();
  const { store } = server.services;
  const form = { subject: 'Open day', phone: '1', visitors: [{ name: 'Jane Roe' }] };
  const { instance } = await asManager.post<{ instance: string }>('/instances', visit(form));
  const stored = await store.commits.head(instance);
  const phone = stored && (readCommit(stored).event['phone'] as { readonly personal: string });
  const reference = phone?.personal ?? '';
  expect((await verifyStore(store)).findings).toEqual([]);
  const folder = temporaryFolder();
  await store.backup(join(folder, 'backup'));
  await store.commits.erasePersonal(instance, [reference]);
  expect((await verifyStore(store)).findings).toEqual([]);

  const damaged = join(folder, 'damaged');
  await restoreBackup({ from: join(folder, 'backup'), to: damaged });
  const root = rawStore(damaged);
  const instances = root.openDB<string>('instances', { encoding: 'string' });
  await instances.remove([instance, 'personal', reference]);
  await root.close();
  const file = join(damaged, 'data.mdb');
  const bytes = readFileSync(file, 'latin1');
  expect(bytes).toContain('Jane Roe');
  writeFileSync(file, bytes.replaceAll('Jane Roe', 'Jane Doe'), 'latin1');
  const reopened = await openLmdbStore({ directory: damaged, mode: 'read' });
  const { findings } = await verifyStore(reopened);
  await reopened.close();
  expect(findings).toMatchObject([
    {
      instance,
      seq: 1,
      what: expect.stringMatching(/personal value .*, which (?:is missing|has changed)$/u),
    },
    { instance, seq: 1, what: expect.stringMatching(/personal value .*, which has changed$/u) },
    { instance: null, what: expect.stringMatching(/^the record .*personal.* has changed/u) },
  ]);
});
