import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Faults, WritePoint } from '../../server/store/lmdb/faults.ts';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import type { Partnership, Person } from '../../server/store/directory.ts';
import type { Installation } from '../../server/store/installation-store.ts';
import type { Store } from '../../server/store/store.ts';
import type { LongWork } from '../../server/store/work-store.ts';
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

interface Write {
  readonly point: WritePoint;
  /** The task has to be claimed before. */
  readonly claimed?: true;
  readonly write: (store: Store) => Promise<unknown>;
  /** To see whether it was kept. */
  readonly read: (store: Store) => Promise<unknown>;
}

const PERSON: Person = {
  id: 'ben',
  name: 'Ben',
  email: 'ben@example.org',
  organisation: 'o',
  administrator: false,
  coordinator: false,
  createdAt: minute(0),
  disabledAt: null,
};
const PLACE: Partnership = {
  id: 'p',
  title: 'Place',
  lead: 'o',
  organisations: ['o'],
  instance: 'i1',
  createdAt: minute(0),
};
const INSTALLATION: Installation = {
  name: 'Here',
  organisation: 'o',
  timeZone: 'Europe/London',
  region: 'GB-ENG',
  currency: 'GBP',
  setUpAt: minute(0),
  workflowSettings: {},
};

const WORK: LongWork = {
  id: 'w',
  kind: 'backup',
  partnership: null,
  startedBy: 'ada',
  startedAt: minute(1),
  updatedAt: minute(1),
  expiresAt: minute(99),
  state: 'waiting',
  step: '',
  done: 0,
  total: null,
  problem: null,
  result: null,
};

const task = (store: Store) => store.tasks.get('t');
const link = (store: Store) => store.links.get('l');
const memberships = async (store: Store) => [
  await store.directory.members('p'),
  await store.directory.membershipsOf('ada'),
];
const session = (store: Store) => store.sessions.get('old', minute(1));
const document = (text: string): Pick<Write, 'write' | 'read'> => ({
  write: (store) => store.documents.put(Buffer.from(text), about),
  read: (store) => store.documents.listByInstance('i1'),
});

/** Every write of every port. */
const WRITES: Readonly<Record<string, Write>> = {
  'commits.append': {
    point: 'append',
    write: (store) =>
      store.commits.append(syntheticAppend({ instance: 'new', seq: 1, idempotencyKey: 'k' })),
    read: async (store) => [
      await store.commits.head('new'),
      await store.instances.get('new'),
      await store.instances.count({}),
      await store.commits.findByIdempotencyKey('new', 'k'),
    ],
  },
  'commits.erasePersonal': {
    point: 'erase-personal',
    write: (store) => store.commits.erasePersonal('i1', ['v']),
    read: (store) => store.commits.personal('i1', ['v']),
  },
  'commits.copy': {
    point: 'copy',
    write: (store) => store.commits.copy([syntheticAppend({ instance: 'copied', seq: 1 })]),
    read: async (store) => [
      await store.commits.head('copied'),
      await store.instances.get('copied'),
      await store.instances.count({}),
    ],
  },
  'commits.copyPersonal': {
    point: 'copy',
    write: (store) =>
      store.commits.copyPersonal([{ id: 'w', instance: 'i1', salt: 's', value: 'Ben' }]),
    read: (store) => store.commits.personal('i1', ['w']),
  },
  'tasks.copy': {
    point: 'copy',
    write: async (store) => {
      const [task] = (await store.tasks.all({ limit: 9 })).records.filter(({ id }) => id === 't');
      if (task) await store.tasks.copy([{ ...task, lastError: 'copied' }]);
    },
    read: task,
  },
  'links.copy': {
    point: 'copy',
    write: (store) => store.links.copy([syntheticLink({ id: 'm' })]),
    read: (store) => store.links.get('m'),
  },
  'filling.begin': {
    point: 'filling',
    write: (store) =>
      store.filling.begin({
        from: 'elsewhere',
        by: 'me',
        startedAt: minute(1),
        kind: 'commits',
        after: null,
      }),
    read: (store) => store.filling.get(),
  },
  'tasks.claim': { point: 'claim', write: (store) => store.tasks.claim(LEASE), read: task },
  'tasks.renew': {
    point: 'claim',
    claimed: true,
    write: (store) => store.tasks.renew([{ id: 't', token: 1 }], minute(50)),
    read: task,
  },
  'tasks.complete': {
    point: 'finish-task',
    claimed: true,
    write: (store) => store.tasks.complete('t', 1, minute(9)),
    read: task,
  },
  'tasks.retry': {
    point: 'finish-task',
    claimed: true,
    write: (store) => store.tasks.retry('t', 1, minute(20), 'no'),
    read: task,
  },
  'tasks.park': {
    point: 'finish-task',
    claimed: true,
    write: (store) => store.tasks.park('t', 1, 'no'),
    read: task,
  },
  'tasks.release': {
    point: 'finish-task',
    claimed: true,
    write: (store) => store.tasks.release('t', 1),
    read: task,
  },
  'tasks.leave': {
    point: 'finish-task',
    claimed: true,
    write: (store) => store.tasks.leave('t', 1, minute(9)),
    read: task,
  },
  'tasks.unpark': {
    point: 'finish-task',
    write: (store) => store.tasks.unpark('parked', minute(9)),
    read: (store) => store.tasks.get('parked'),
  },
  'links.put': {
    point: 'link',
    write: (store) => store.links.put(syntheticLink({ id: 'l', tokenHashes: ['new'] })),
    read: async (store) => [await link(store), await store.links.findByTokenHash('new')],
  },
  'links.spend': { point: 'link', write: (store) => store.links.spend('l', minute(2)), read: link },
  'links.countWrongCode': {
    point: 'link',
    write: (store) => store.links.countWrongCode('l'),
    read: link,
  },
  'directory.putOrganisation': {
    point: 'directory',
    write: (store) =>
      store.directory.putOrganisation({ id: 'o', name: 'O', kind: 'other', createdAt: minute(0) }),
    read: (store) => store.directory.organisations(),
  },
  'directory.putPerson': {
    point: 'directory',
    write: (store) => store.directory.putPerson(PERSON),
    read: async (store) => [
      await store.directory.people(),
      await store.directory.personByEmail(PERSON.email),
    ],
  },
  'directory.putPartnership': {
    point: 'directory',
    write: (store) => store.directory.putPartnership(PLACE),
    read: (store) => store.directory.partnerships(),
  },
  'directory.putMembership': {
    point: 'directory',
    write: (store) =>
      store.directory.putMembership({
        partnership: 'p',
        person: 'ada',
        organisation: 'o',
        roles: ['lead'],
        authority: null,
        since: minute(2),
      }),
    read: memberships,
  },
  'directory.removeMembership': {
    point: 'directory',
    write: (store) => store.directory.removeMembership('p', 'ada'),
    read: memberships,
  },
  'documents.put, the bytes': { point: 'document-file', ...document('file') },
  'documents.put': { point: 'document', ...document('info') },
  'mails.put': {
    point: 'mail',
    write: (store) =>
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
    read: (store) => store.mails.list({ limit: 9 }),
  },
  'definitions.publish': {
    point: 'definition',
    write: (store) =>
      store.definitions.publish({
        id: 'd',
        version: 1,
        hash: '',
        text: '',
        publishedAt: minute(0),
      }),
    read: (store) => store.definitions.list(),
  },
  'sessions.set': {
    point: 'session',
    write: (store) => store.sessions.set('old', { a: 2 }, minute(99)),
    read: session,
  },
  'sessions.keepFirst': {
    point: 'session',
    write: (store) => store.sessions.keepFirst('new', { a: 1 }, minute(99)),
    read: (store) => store.sessions.get('new', minute(1)),
  },
  'sessions.destroy': {
    point: 'session',
    write: (store) => store.sessions.destroy('old'),
    read: session,
  },
  'sessions.sweep': {
    point: 'session',
    write: (store) => store.sessions.sweep(minute(98)),
    read: session,
  },
  'work.put': {
    point: 'work',
    write: (store) => store.work.put(WORK),
    read: (store) => store.work.get(WORK.id),
  },
  'work.putPiece': {
    point: 'work-file',
    write: (store) => store.work.putPiece('new', 0, Buffer.from('piece')),
    read: (store) => store.work.piece('new', 0),
  },
  'work.sweep': {
    point: 'work',
    write: (store) => store.work.sweep(minute(98)),
    read: (store) => store.work.get('ended'),
  },
  'installation.put': {
    point: 'installation',
    write: (store) => store.installation.put(INSTALLATION),
    read: (store) => store.installation.get(),
  },
  'installation.putToken': {
    point: 'installation',
    write: (store) =>
      store.installation.putToken({
        id: 't',
        hash: 'h',
        person: 'ada',
        label: '',
        createdAt: minute(0),
        expiresAt: null,
        revokedAt: null,
      }),
    read: (store) => store.installation.tokens(),
  },
  check: {
    point: 'check',
    write: (store) => store.check(),
    read: (store) => store.instances.count({}),
  },
};
const NAMES = Object.keys(WRITES);

/** What of each port only reads. */
const READS: Readonly<Record<string, string>> = {
  commits: 'head get findByIdempotencyKey findBySignalKey history instances personal allPersonal',
  instances: 'get list count',
  tasks: 'get nextDueAt list listen stuck all',
  links: 'get findByTokenHash listByInstance listByPerson all',
  directory:
    'organisation organisations person personByEmail people partnership partnerships members membershipsOf',
  documents: 'info bytes listByInstance all',
  mails: 'get list all',
  definitions: 'get list versions',
  work: 'get list piece all',
  sessions: 'get',
  rateLimits: 'count tries',
  installation: 'get tokenByHash tokens',
  // the other two write as `begin` does, into a store that is not opened again to serve
  filling: 'get advance finish',
};

/** A store in which the next write at `point` fails as armed. */
async function prepared({ point, claimed }: Pick<Write, 'point' | 'claimed'>) {
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
  await store.sessions.set('old', { a: 1 }, minute(97));
  await store.work.put({ ...WORK, id: 'ended', expiresAt: minute(97) });
  await store.directory.putMembership({
    partnership: 'p',
    person: 'ada',
    organisation: 'o',
    roles: ['manager'],
    authority: null,
    since: minute(0),
  });
  await appendNext(store, 'i1', {
    tasks: [{ change: 'add', task: syntheticTask({ id: 'parked' }) }],
  });
  for (const { lease } of await store.tasks.claim(LEASE)) {
    await store.tasks.park('parked', lease?.token ?? 0, 'no');
  }
  await appendNext(store, 'i1', {
    tasks: [{ change: 'add', task: syntheticTask({ id: 't' }) }],
    personal: [{ id: 'v', instance: 'i1', salt: 's', value: 'Ada' }],
  });
  if (claimed) await store.tasks.claim(LEASE);
  const arm = (moment: Parameters<Faults>[0], code: string) => {
    armed = { moment, error: Object.assign(new Error(`${code}: injected`), { code }) };
  };
  return { store, directory, arm };
}

test('every method of every port is known here to write or only to read', async () => {
  const { store } = await prepared({ point: 'check' });
  const writes = Object.entries(READS).flatMap(([port, reads]) =>
    Object.keys(store[port as keyof Store])
      .filter((method) => !reads.split(' ').includes(method))
      .map((method) => `${port}.${method}`),
  );
  const ports = Object.entries(store).filter(([, value]) => typeof value === 'object');
  expect(ports.map(([port]) => port).sort()).toEqual(Object.keys(READS).sort());
  expect(writes.sort()).toEqual(NAMES.filter((name) => /^\w+\.\w+$/u.test(name)).sort());
  await store.close();
});

test.each(NAMES)(
  'a disk that is full at "%s" keeps nothing of it, says so, and the same write works later',
  async (name) => {
    const { write, read, ...own } = WRITES[name] as Write;
    const { store, arm } = await prepared(own);
    const before = await read(store);
    arm('before-commit', 'ENOSPC');
    await expect(write(store)).rejects.toMatchObject({
      code: 'store-full',
      userMessage: expect.stringContaining('the disk is full'),
    });
    expect(await read(store)).toEqual(before);
    expect((await verifyStore(store)).findings).toEqual([]);
    await write(store);
    if (own.point !== 'check') expect(await read(store)).not.toEqual(before);
    await store.close();
  },
);

test.each(NAMES.filter((name) => WRITES[name]?.point.endsWith('-file') !== true))(
  'a disk error at "%s" keeps nothing of it, and stops the store taking writes until it is opened again',
  async (name) => {
    const { write, read, ...own } = WRITES[name] as Write;
    const { store, directory, arm } = await prepared(own);
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
  const { store, arm } = await prepared({ point: 'append' });
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
  const { store, arm } = await prepared({ point: 'append' });
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
