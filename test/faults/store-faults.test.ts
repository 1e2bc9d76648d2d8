import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Faults, WritePoint } from '../../server/store/lmdb/faults.ts';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import type { Store } from '../../server/store/store.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import { appendNext } from '../contracts/store-contract.ts';
import {
  minute,
  syntheticAppend,
  syntheticLink,
  syntheticTask,
} from '../support/synthetic-commit.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const about = {
  mediaType: 'text/plain',
  name: 'note',
  createdAt: minute(1),
  partnership: null,
  instance: 'i1',
};
const LEASE = { now: minute(9), limit: 5, owner: 'w', leaseMs: 1 };

/** Each write of the store, and how to see whether it was kept. */
const WRITES: Record<
  WritePoint,
  readonly [(store: Store) => Promise<unknown>, (store: Store) => Promise<unknown>]
> = {
  append: [
    (store) =>
      store.commits.append(syntheticAppend({ instance: 'new', seq: 1, idempotencyKey: 'k' })),
    async (store) => [
      await store.commits.head('new'),
      await store.instances.get('new'),
      await store.instances.count({}),
      await store.commits.findByIdempotencyKey('new', 'k'),
    ],
  ],
  'erase-personal': [
    (store) => store.commits.erasePersonal('i1', ['v']),
    (store) => store.commits.personal('i1', ['v']),
  ],
  claim: [(store) => store.tasks.claim(LEASE), (store) => store.tasks.get('t')],
  'finish-task': [(store) => store.tasks.park('t', 1, 'no'), (store) => store.tasks.get('t')],
  link: [(store) => store.links.spend('l', minute(2)), (store) => store.links.get('l')],
  directory: [
    (store) =>
      store.directory.putOrganisation({ id: 'o', name: 'O', kind: 'other', createdAt: minute(0) }),
    (store) => store.directory.organisations(),
  ],
  'document-file': [
    (store) => store.documents.put(Buffer.from('file'), about),
    (store) => store.documents.listByInstance('i1'),
  ],
  document: [
    (store) => store.documents.put(Buffer.from('info'), about),
    (store) => store.documents.listByInstance('i1'),
  ],
  mail: [
    (store) =>
      store.mails.put({
        messageId: '<1@x>',
        at: minute(1),
        person: null,
        to: 'a@example.org',
        subject: '',
        text: '',
        html: '',
        instance: null,
        partnership: null,
        task: null,
        tries: 1,
        outcome: 'sent',
        error: null,
      }),
    (store) => store.mails.list({ limit: 9 }),
  ],
  definition: [
    (store) =>
      store.definitions.publish({
        id: 'd',
        version: 1,
        hash: '',
        text: '',
        publishedAt: minute(0),
      }),
    (store) => store.definitions.list(),
  ],
  session: [
    (store) => store.sessions.set('s', { a: 1 }, minute(99)),
    (store) => store.sessions.get('s', minute(1)),
  ],
  installation: [
    (store) =>
      store.installation.putToken({
        id: 't',
        hash: 'h',
        person: 'ada',
        label: '',
        createdAt: minute(0),
        expiresAt: null,
        revokedAt: null,
      }),
    (store) => store.installation.tokens(),
  ],
  check: [(store) => store.check(), (store) => store.instances.count({})],
};
const POINTS = Object.keys(WRITES) as WritePoint[];

/** A store in which the next write at `point` fails as armed. */
async function prepared(point: WritePoint) {
  let armed: { moment: Parameters<Faults>[0]; error: Error } | undefined;
  const directory = temporaryFolder();
  const store = await openLmdbStore({
    directory,
    mode: 'serve',
    faults: (moment, at) => {
      if (armed === undefined || moment !== armed.moment || at !== point) return;
      const { error } = armed;
      armed = undefined;
      throw error;
    },
  });
  await store.links.put(syntheticLink({ id: 'l' }));
  await appendNext(store, 'i1', {
    tasks: [{ change: 'add', task: syntheticTask({ id: 't' }) }],
    personal: [{ id: 'v', instance: 'i1', salt: 's', value: 'Ada' }],
  });
  if (point === 'finish-task') await store.tasks.claim(LEASE);
  const arm = (moment: Parameters<Faults>[0], code: string) => {
    armed = { moment, error: Object.assign(new Error(`${code}: injected`), { code }) };
  };
  return { store, directory, arm };
}

test.each(POINTS)(
  'a disk that is full at "%s" keeps nothing of it, says so, and the same write works later',
  async (point) => {
    const { store, arm } = await prepared(point);
    const [write, read] = WRITES[point];
    const before = await read(store);
    arm('before-commit', 'ENOSPC');
    await expect(write(store)).rejects.toMatchObject({
      code: 'store-full',
      userMessage: expect.stringContaining('the disk is full'),
    });
    expect(await read(store)).toEqual(before);
    expect((await verifyStore(store)).findings).toEqual([]);
    await write(store);
    if (point !== 'check') expect(await read(store)).not.toEqual(before);
    await store.close();
  },
);

test.each(POINTS.filter((point) => point !== 'document-file'))(
  'a disk error at "%s" keeps nothing of it, and stops the store taking writes until it is opened again',
  async (point) => {
    const { store, directory, arm } = await prepared(point);
    const [write, read] = WRITES[point];
    const before = await read(store);
    arm('before-commit', 'EIO');
    await expect(write(store)).rejects.toMatchObject({ code: 'store-unreadable' });
    await expect(store.check()).rejects.toMatchObject({ code: 'store-unreadable' });
    await expect(appendNext(store, 'i1')).rejects.toMatchObject({ code: 'store-unreadable' });
    expect(await read(store)).toEqual(before);
    await store.close();
    const again = await openLmdbStore({ directory, mode: 'serve' });
    expect(await read(again)).toEqual(before);
    await write(again);
    await again.close();
  },
);

test('a failure after the write is durable is told, and the repeat finds that it was done', async () => {
  const { store, arm } = await prepared('append');
  const input = syntheticAppend({ instance: 'new', seq: 1, idempotencyKey: 'k' });
  arm('after-commit', 'ENOSPC');
  await expect(store.commits.append(input)).rejects.toMatchObject({ code: 'store-full' });
  expect(await store.commits.append(input)).toEqual({
    kind: 'conflict',
    over: 'idempotency',
    seq: 1,
  });
  expect(await store.commits.findByIdempotencyKey('new', 'k')).toEqual(input.commit);
  await store.close();
});

test('one failing write does not take the others with it that share its fsync', async () => {
  const { store, arm } = await prepared('append');
  arm('before-commit', 'ENOSPC');
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) =>
      store.commits.append(syntheticAppend({ instance: `n${n}`, seq: 1 })),
    ),
  );
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(await store.instances.count({})).toBe(10);
  expect((await verifyStore(store)).findings).toEqual([]);
  await store.close();
});

/** A file system of two megabytes, where this may be made; undefined elsewhere. */
function smallDisk(): string | undefined {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', [folder]);
  });
  return folder;
}

test('a disk that really fills up keeps every acknowledged commit, and goes on when there is room', async ({
  skip,
}) => {
  const disk = smallDisk();
  if (disk === undefined) skip('no small disk: only an administrator of Linux may mount one');
  const directory = join(disk ?? '', 'data');
  mkdirSync(directory);
  const ballast = join(disk ?? '', 'ballast');
  writeFileSync(ballast, Buffer.alloc(512 * 1024));
  const store = await openLmdbStore({ directory, mode: 'serve' });
  const acknowledged: { seq: number; hash: string }[] = [];
  const filling = (async () => {
    for (;;) acknowledged.push(await appendNext(store, 'i1', { note: 'word '.repeat(4_000) }));
  })();
  await expect(filling).rejects.toMatchObject({ code: 'store-full' });
  expect(statfsSync(disk ?? '').bavail * 4096).toBeLessThan(100_000);
  await expect(appendNext(store, 'i1', { note: 'word '.repeat(4_000) })).rejects.toMatchObject({
    code: 'store-full',
  });
  // also several at once, which fail in one commit
  const together = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) =>
      appendNext(store, `n${n}`, { note: 'word '.repeat(4_000) }),
    ),
  );
  for (const { status } of together) expect(status).toBe('rejected');
  await expect(store.documents.put(Buffer.alloc(600_000), about)).rejects.toMatchObject({
    code: 'store-full',
  });
  expect(acknowledged.length).toBeGreaterThan(5);
  expect(await store.commits.head('i1')).toEqual(acknowledged.at(-1));
  expect((await verifyStore(store)).findings).toEqual([]);

  execFileSync('rm', [ballast]);
  acknowledged.push(await appendNext(store, 'i1', { note: 'room again' }));
  await store.close();
  const again = await openLmdbStore({ directory, mode: 'serve' });
  expect(await verifyStore(again)).toMatchObject({
    instances: [{ seq: acknowledged.length, hash: acknowledged.at(-1)?.hash }],
    findings: [],
  });
  await again.close();
});
