import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askedLinkId } from '../../../server/store/asked-link-id.ts';
import { compareStores } from '../../../server/store/compare-stores.ts';
import { copyStore } from '../../../server/store/copy-store.ts';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import type { SentMail } from '../../../server/store/mail-store.ts';
import type { Store } from '../../../server/store/store.ts';
import type { StoreMode } from '../../../server/store/store-mode.ts';
import { moveStore } from '../../../server/use-cases/move-store.ts';
import { verifyStore } from '../../../server/use-cases/verify-store.ts';
import { appendNext } from '../../contracts/store-contract.ts';
import { ended, runChild } from '../../support/child-script.ts';
import { concordat } from '../../support/command-line.ts';
import { endingStore } from '../../support/ending-store.ts';
import { fillStore } from '../../support/filled-store.ts';
import { minute, syntheticLink, syntheticTask } from '../../support/synthetic-commit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const now = minute(0);

async function opened(directory: string, mode: StoreMode): Promise<Store> {
  const store = await openLmdbStore({ directory, mode });
  onTestFinished(() => store.close());
  return store;
}

async function filled(): Promise<Store> {
  const store = await opened(temporaryFolder(), 'serve');
  await fillStore(store);
  return store;
}

test('a move carries every record of every kind, and only then the copy may be served', async () => {
  const source = await filled();
  const folder = join(temporaryFolder(), 'copy');
  const target = await opened(folder, 'fill');
  const { outcome, verification, kinds } = await moveStore(source, target, { now });
  expect({ outcome, findings: verification.findings }).toEqual({ outcome: 'moved', findings: [] });
  // a kind of which there is nothing would prove nothing
  expect(kinds.filter(({ counts, same }) => counts[1] === 0 || !same)).toEqual([]);
  expect(verification.instances).toEqual((await verifyStore(source)).instances);
  expect((await target.work.piece('export', 0))?.toString()).toBe('a file');
  await target.close();
  const served = await opened(folder, 'serve');
  // its histories, tasks and keys go on as if nothing had happened
  expect(await served.commits.findByIdempotencyKey('i3', 'key 3')).toBeDefined();
  expect(await source.tasks.nextDueAt()).toBe(await served.tasks.nextDueAt());
  await appendNext(served, 'i3');
  expect((await verifyStore(served)).findings).toEqual([]);
});

test('cut short at any write, a move is refused to servers, and the same move again makes it whole', async () => {
  const source = await filled();
  for (const writes of [1, 2, 3, 5, 8, 13, 21, 30, 50, 65]) {
    const folder = join(temporaryFolder(), 'copy');
    const target = await opened(folder, 'fill');
    const ending = moveStore(source, endingStore(target, writes), { now });
    await expect(ending, `after ${writes} writes`).rejects.toThrow('the process has ended');
    await target.close();
    for (const mode of ['serve', 'read', 'exclusive'] as const) {
      await expect(opened(folder, mode)).rejects.toMatchObject({
        code: 'store-unfinished',
        userMessage: expect.stringMatching(/concordat move.* again.*Or empty/su),
      });
    }
    const again = await opened(folder, 'fill');
    expect(await moveStore(source, again, { now })).toMatchObject({ outcome: 'moved' });
    await again.close();
    const served = await opened(folder, 'read');
    expect((await compareStores(source, served)).every(({ same }) => same)).toBe(true);
  }
});

test('a move that is killed in the middle goes on with the same command', async () => {
  const folder = temporaryFolder();
  const source = await opened(join(folder, 'data'), 'serve');
  await Promise.all(Array.from({ length: 500 }, (_, n) => appendNext(source, `i${n}`)));
  await source.close();
  const copy = join(folder, 'copy');
  const [from, to] = [`lmdb:${join(folder, 'data')}`, `lmdb:${copy}`];
  const command = new URL('../../../server/cli.ts', import.meta.url);
  const child = runChild(command, ['move', '--from', from, '--to', to]);
  child.stdout.on('data', (said: Buffer) => {
    // so many of them have been copied by now
    if (said.includes('Copying the histories: 100 of 500')) child.kill('SIGKILL');
  });
  await ended(child);
  await expect(opened(copy, 'serve')).rejects.toMatchObject({ code: 'store-unfinished' });
  const { code, out, err } = await concordat(['move', '--from', from, '--to', to]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^ +500 {2}histories$/mu);
}, 60_000);

test('what changed between two attempts is in the copy, also where the first had been already', async () => {
  const source = await filled();
  const folder = join(temporaryFolder(), 'copy');
  const first = await opened(folder, 'fill');
  await expect(moveStore(source, endingStore(first, 60), { now })).rejects.toThrow('has ended');
  await first.close();
  const add = { change: 'add', task: syntheticTask({ id: 'i0:4:1', instance: 'i0' }) } as const;
  await appendNext(source, 'i0', { tasks: [add, { change: 'cancel', id: 'i0:1:2' }] });
  await appendNext(source, 'new');
  await source.commits.erasePersonal('i2', ['v2']);
  const second = await opened(folder, 'fill');
  expect(await moveStore(source, second, { now })).toMatchObject({ outcome: 'moved' });
  expect((await second.commits.head('i0'))?.seq).toBe(4);
  expect(await second.commits.personal('i2', ['v2'])).toMatchObject([{ salt: '', value: null }]);
});

test('a store that holds anything is not filled, nor one that is being filled from elsewhere', async () => {
  const source = await filled();
  const full = temporaryFolder();
  const other = await opened(full, 'serve');
  await other.directory.putOrganisation({ id: 'o', name: 'O', kind: 'nhs', createdAt: now });
  await other.close();
  const notEmpty = {
    code: 'store-not-empty',
    userMessage: expect.stringContaining('Name an empty'),
  };
  await expect(opened(full, 'fill')).rejects.toMatchObject(notEmpty);
  const notes = temporaryFolder();
  writeFileSync(join(notes, 'notes.txt'), 'mine');
  await expect(opened(notes, 'fill')).rejects.toMatchObject(notEmpty);
  expect(readdirSync(notes)).toEqual(['notes.txt']);

  const target = await opened(join(temporaryFolder(), 'copy'), 'fill');
  await expect(moveStore(source, endingStore(target, 9), { now })).rejects.toThrow('has ended');
  await expect(moveStore(await filled(), target, { now })).rejects.toMatchObject({
    code: 'store-not-empty',
    userMessage: expect.stringContaining('which is another store'),
  });
});

test('a damaged source is found before anything is copied', async () => {
  const folder = temporaryFolder();
  const store = await opened(folder, 'serve');
  await fillStore(store);
  await store.close();
  const file = join(folder, 'data.mdb');
  const bytes = readFileSync(file, 'latin1');
  writeFileSync(file, bytes.replaceAll('was written', 'was Written'), 'latin1');
  const source = await opened(folder, 'read');
  const copy = join(temporaryFolder(), 'copy');
  const target = await opened(copy, 'fill');
  const { outcome, verification, kinds } = await moveStore(source, target, { now });
  expect(outcome).toBe('damaged');
  expect(kinds).toEqual([]);
  expect(verification.findings).toContainEqual(
    expect.objectContaining({ what: expect.stringContaining('no longer has the hash') }),
  );
  expect(await target.commits.instances({ limit: 1 })).toEqual([]);
  expect(existsSync(join(copy, 'documents'))).toBe(false);
});

test('a copy made while the source is written to holds nothing whose cause it lacks', async () => {
  const source = await opened(temporaryFolder(), 'serve');
  // a is copied before b; z after both
  for (const id of ['a', 'b', 'z']) {
    await appendNext(source, id, {
      tasks: [{ change: 'add', task: syntheticTask({ id: `${id}:1:1`, instance: id }) }],
      links: [syntheticLink({ id: `link of ${id}`, instance: id })],
    });
  }
  const spending = (link: string) =>
    ({ spends: link, cause: { kind: 'link', link, spends: true } }) as const;
  const mail = (task: string): SentMail => ({
    messageId: `<${task}>`,
    at: now,
    person: 'ada',
    to: 'ada@example.org',
    subject: '',
    text: '',
    html: '',
    instance: 'z',
    partnership: null,
    task,
    tries: 1,
    outcome: 'sent',
    error: null,
  });
  const meanwhile = new Map<string, () => Promise<void>>([
    [
      'b',
      async () => {
        // a does something, which b takes; both are done with their first task by then
        await appendNext(source, 'a', {
          tasks: [{ change: 'add', task: syntheticTask({ id: 'a:2:1', instance: 'a' }) }],
        });
        const cause = { kind: 'signal', key: 'a:2:1', instance: 'a', seq: 2 } as const;
        await appendNext(source, 'b', { cause, signalKey: 'a:2:1' });
        await appendNext(source, 'b', spending('link of b'));
        const ask = { now: minute(1), limit: 9, owner: 'w', leaseMs: 9_000 };
        for (const { id } of await source.tasks.claim(ask)) {
          await source.tasks.complete(id, 1, minute(1));
        }
      },
    ],
  ]);
  const changing: Store = {
    ...source,
    instances: {
      ...source.instances,
      async get(id) {
        await meanwhile.get(id)?.();
        meanwhile.delete(id);
        return source.instances.get(id);
      },
    },
    documents: {
      ...source.documents,
      // the histories have been copied: what comes now is too late
      async all(page) {
        const effect = { type: 'ask', n: 1 } as never;
        await appendNext(source, 'z', { ...spending('link of z'), effects: [effect] });
        const id = askedLinkId('z:2:1', 'ada');
        await source.links.put(syntheticLink({ id, instance: 'z', createdAt: minute(2) }));
        await source.mails.put(mail('z:2:1'));
        await source.mails.put(mail('z:1:1'));
        return source.documents.all(page);
      },
    },
  };
  const target = await opened(join(temporaryFolder(), 'copy'), 'fill');
  await target.filling.finish(await copyStore(changing, target, { now }));

  expect((await verifyStore(target)).findings).toEqual([]);
  const seqs = async (store: Store) =>
    Promise.all(['a', 'b', 'z'].map(async (id) => (await store.commits.head(id))?.seq));
  expect(await seqs(source)).toEqual([2, 3, 2]);
  expect(await seqs(target)).toEqual([2, 3, 1]);
  // what b took of a is in a, too, with what it asked for; nothing counts as done for good
  expect(await target.tasks.get('a:2:1')).toMatchObject({ state: 'due' });
  expect(await target.tasks.get('a:1:1')).toMatchObject({ state: 'due' });
  expect(await target.links.get('link of b')).toMatchObject({ state: 'used' });
  // z's second commit is not in the copy, so nothing is that followed from it
  expect(await target.links.get('link of z')).toMatchObject({ state: 'open', usedAt: null });
  expect(await target.links.get(askedLinkId('z:2:1', 'ada'))).toBeUndefined();
  expect(await target.mails.get('<z:2:1>')).toBeUndefined();
  expect(await target.mails.get('<z:1:1>')).toBeDefined();
  expect((await appendNext(target, 'z', { spends: 'link of z' })).seq).toBe(2);
});
