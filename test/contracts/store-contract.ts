import { describe, expect, onTestFinished, test } from 'vitest';
import { sha256 } from '../../server/sha256.ts';
import type { StoredCommit } from '../../server/store/commit.ts';
import type { AppendInput } from '../../server/store/commit-store.ts';
import type { Person } from '../../server/store/directory.ts';
import type { Filling } from '../../server/store/filling.ts';
import type { SentMail } from '../../server/store/mail-store.ts';
import type { Page, PageAsk } from '../../server/store/page.ts';
import type { Store } from '../../server/store/store.ts';
import type { TaskRecord } from '../../server/store/task.ts';
import type { LongWork } from '../../server/store/work-store.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import {
  type CommitMaking,
  minute,
  syntheticAppend,
  syntheticLink,
  syntheticTask,
} from '../support/synthetic-commit.ts';
import { describeRateLimitContract } from './rate-limit-contract.ts';

/** What every store must hold. `open` answers a new and empty store. */
export function describeStoreContract(name: string, open: () => Promise<Store>): void {
  async function fresh(): Promise<Store> {
    const store = await open();
    onTestFinished(() => store.close());
    return store;
  }

  describeRateLimitContract(name, open);

  describe(`${name}: the history`, () => {
    test('a commit is found again, text and hash unchanged', async () => {
      const store = await fresh();
      const input = syntheticAppend({ instance: 'i1', seq: 1, note: 'Łódź, Ŵyn, Ελένη, 👍' });
      expect(await store.commits.append(input)).toEqual({ kind: 'committed' });
      expect(await store.commits.head('i1')).toEqual(input.commit);
      expect(await store.commits.get('i1', 1)).toEqual(input.commit);
      expect(await store.commits.get('i1', 2)).toBeUndefined();
      expect(await store.commits.head('i2')).toBeUndefined();
    });

    test('a commit larger than any page of the database comes back whole', async () => {
      const store = await fresh();
      const input = syntheticAppend({ instance: 'i1', seq: 1, note: 'é'.repeat(400_000) });
      await store.commits.append(input);
      expect(await store.commits.head('i1')).toEqual(input.commit);
    });

    test('of twenty writers of one seq exactly one wins, and the others are told so', async () => {
      const store = await fresh();
      await append(store, { instance: 'i1', seq: 1 });
      const inputs = Array.from({ length: 20 }, (_, writer) =>
        syntheticAppend({ instance: 'i1', seq: 2, note: `writer ${writer}` }),
      );
      const results = await Promise.all(inputs.map((input) => store.commits.append(input)));
      const winners = inputs.filter((_, n) => results[n]?.kind === 'committed');
      expect(winners).toHaveLength(1);
      expect(await store.commits.head('i1')).toEqual(winners[0]?.commit);
      const lost = results.filter(({ kind }) => kind === 'conflict');
      expect(lost).toHaveLength(19);
      for (const result of lost) expect(result).toEqual({ kind: 'conflict', over: 'seq', seq: 2 });
      expect((await verifyStore(store)).findings.map(({ what }) => what)).toEqual([
        // the inputs of this test cite no commit before them
        'does not cite the hash of the commit before it',
      ]);
    });

    test('writers that retry after a conflict all get their commit in, in one chain', async () => {
      const store = await fresh();
      await Promise.all(Array.from({ length: 10 }, () => appendNext(store, 'i1')));
      const { instances, findings } = await verifyStore(store);
      expect(findings).toEqual([]);
      expect(instances).toMatchObject([{ instance: 'i1', seq: 10 }]);
    });

    test('a gap is refused: the first commit is 1, each next one the head plus one', async () => {
      const store = await fresh();
      const refused = { kind: 'conflict', over: 'seq' };
      expect(await append(store, { instance: 'i1', seq: 2 })).toEqual({ ...refused, seq: 0 });
      await append(store, { instance: 'i1', seq: 1 });
      expect(await append(store, { instance: 'i1', seq: 3 })).toEqual({ ...refused, seq: 1 });
      expect(await append(store, { instance: 'i1', seq: 1 })).toEqual({ ...refused, seq: 1 });
      expect(await store.commits.history('i1', { limit: 10 })).toHaveLength(1);
    });

    test('an idempotency key is taken once per instance and finds its commit', async () => {
      const store = await fresh();
      const long = 'k'.repeat(5_000);
      for (const idempotencyKey of ['once', long]) {
        const first = await appendNext(store, 'i1', { idempotencyKey });
        expect(await append(store, { instance: 'i1', seq: 99, idempotencyKey })).toEqual({
          kind: 'conflict',
          over: 'idempotency',
          seq: first.seq,
        });
        expect(await store.commits.findByIdempotencyKey('i1', idempotencyKey)).toEqual(first);
        expect(await store.commits.findByIdempotencyKey('i2', idempotencyKey)).toBeUndefined();
        expect((await appendNext(store, 'i2', { idempotencyKey })).instance).toBe('i2');
      }
    });

    test('a signal is taken once per instance and finds its commit', async () => {
      const store = await fresh();
      const first = await appendNext(store, 'i1', { signalKey: 'child:4:1' });
      expect(await append(store, { instance: 'i1', seq: 2, signalKey: 'child:4:1' })).toEqual({
        kind: 'conflict',
        over: 'signal',
        seq: 1,
      });
      expect(await store.commits.findBySignalKey('i1', 'child:4:1')).toEqual(first);
      expect(await store.commits.findByIdempotencyKey('i1', 'child:4:1')).toBeUndefined();
    });

    test('a refused commit leaves nothing behind: no key, task, link, personal value or row', async () => {
      const store = await fresh();
      await append(store, { instance: 'i1', seq: 1, row: { title: 'as it was' } });
      const refused = await append(store, {
        instance: 'i1',
        seq: 5,
        idempotencyKey: 'key',
        signalKey: 'signal',
        row: { title: 'changed' },
        tasks: [{ change: 'add', task: syntheticTask({ id: 't' }) }],
        links: [syntheticLink({ id: 'l' })],
        personal: [{ id: 'v', instance: 'i1', salt: 's', value: 'Ada' }],
      });
      expect(refused.kind).toBe('conflict');
      expect(await store.commits.findByIdempotencyKey('i1', 'key')).toBeUndefined();
      expect(await store.commits.findBySignalKey('i1', 'signal')).toBeUndefined();
      expect(await store.tasks.get('t')).toBeUndefined();
      expect(await store.links.get('l')).toBeUndefined();
      expect(await store.commits.personal('i1', ['v'])).toEqual([]);
      expect((await store.instances.get('i1'))?.title).toBe('as it was');
    });

    test('the history is read in pages, oldest or newest first', async () => {
      const store = await fresh();
      for (let n = 0; n < 12; n++) await appendNext(store, 'i1');
      await appendNext(store, 'i10');
      const seqs = async (page: Parameters<Store['commits']['history']>[1]) =>
        (await store.commits.history('i1', page)).map(({ seq }) => seq);
      expect(await seqs({ limit: 4 })).toEqual([1, 2, 3, 4]);
      expect(await seqs({ limit: 4, fromSeq: 10 })).toEqual([10, 11, 12]);
      expect(await seqs({ limit: 3, newestFirst: true })).toEqual([12, 11, 10]);
      expect(await seqs({ limit: 3, fromSeq: 2, newestFirst: true })).toEqual([2, 1]);
      expect(await store.commits.history('nobody', { limit: 5 })).toEqual([]);
    });

    test('every instance is listed once, in order, page by page', async () => {
      const store = await fresh();
      const ids = ['a', 'a1', 'b', 'ä', 'z'];
      for (const id of ids) {
        await appendNext(store, id, { idempotencyKey: 'k', signalKey: 's' });
        await appendNext(store, id);
      }
      const seen: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await store.commits.instances(
          after === undefined ? { limit: 2 } : { limit: 2, after },
        );
        seen.push(...page);
        after = page.at(-1);
        if (page.length < 2) break;
      }
      expect(seen.toSorted()).toEqual(ids.toSorted());
      expect(new Set(seen).size).toBe(ids.length);
    });

    test('personal values are kept beside the chain and can be erased without breaking it', async () => {
      const store = await fresh();
      const value = { id: 'v1', instance: 'i1', salt: 'salt', value: 'Ada Lovelace' };
      await appendNext(store, 'i1', { personal: [value] });
      expect(await store.commits.personal('i1', ['v1', 'v2'])).toEqual([value]);
      await store.commits.erasePersonal('i1', ['v1', 'v2']);
      expect(await store.commits.personal('i1', ['v1', 'v2'])).toEqual([
        { id: 'v1', instance: 'i1', salt: '', value: null },
      ]);
      expect((await verifyStore(store)).findings).toEqual([]);
    });
  });

  describe(`${name}: lists of instances`, () => {
    test('a reader sees what it has just written', async () => {
      const store = await fresh();
      for (let seq = 1; seq <= 5; seq++) {
        const commit = await appendNext(store, 'i1', { row: { title: `after ${seq}` } });
        const row = await store.instances.get('i1');
        expect(row).toMatchObject({ seq, hash: commit.hash, title: `after ${seq}` });
        expect((await store.instances.list({ limit: 5 })).rows).toEqual([row]);
      }
    });

    test('rows come newest update first, and pages of any size put together give all of them', async () => {
      const store = await fresh();
      // several share one instant; one is written with another precision
      const minutes = [5, 3, 9, 3, 3, 7, 1, 8];
      for (const [n, at] of minutes.entries()) {
        await append(store, { instance: `i${n}`, seq: 1, at: minute(at) });
      }
      await append(store, { instance: 'plain', seq: 1, at: minute(6).replace('.000Z', 'Z') });
      const whole = await pages(store, { limit: 100 });
      expect(whole.map((id) => (id === 'plain' ? 6 : minutes[Number(id.slice(1))]))).toEqual([
        9, 8, 7, 6, 5, 3, 3, 3, 1,
      ]);
      for (const limit of [1, 2, 3, 8, 9]) expect(await pages(store, { limit })).toEqual(whole);
    });

    test('each filter finds its rows and no others, also together and over pages', async () => {
      const store = await fresh();
      const made: {
        id: string;
        partnership: string | null;
        workflow: string;
        parent: string | null;
        status: 'active' | 'done';
      }[] = [];
      for (let n = 0; n < 36; n++) {
        const row = {
          id: `i${n}`,
          partnership: [null, 'p1', 'p2'][n % 3] ?? null,
          workflow: ['dispute', 'review'][n % 2] ?? '',
          parent: n % 4 === 0 ? 'mother' : null,
          status: n % 5 === 0 ? ('done' as const) : ('active' as const),
        };
        made.push(row);
        await append(store, { instance: row.id, seq: 1, at: minute(n), row });
      }
      for (const partnership of [undefined, 'p1', 'p2', 'p3']) {
        for (const workflow of [undefined, 'dispute', 'other']) {
          for (const parent of [undefined, 'mother']) {
            for (const status of [undefined, 'active', 'done'] as const) {
              const filter = {
                ...(partnership === undefined ? {} : { partnership }),
                ...(workflow === undefined ? {} : { workflow }),
                ...(status === undefined ? {} : { status }),
              };
              const expected = made
                .filter((row) => partnership === undefined || row.partnership === partnership)
                .filter((row) => workflow === undefined || row.workflow === workflow)
                .filter((row) => status === undefined || row.status === status)
                .toReversed();
              if (parent === undefined) {
                expect(await store.instances.count(filter)).toBe(expected.length);
                expect(await pages(store, { ...filter, limit: 3 })).toEqual(
                  expected.map(({ id }) => id),
                );
              } else {
                expect(await pages(store, { ...filter, parent, limit: 2 })).toEqual(
                  expected.filter((row) => row.parent === parent).map(({ id }) => id),
                );
              }
            }
          }
        }
      }
    });

    test('counts follow an instance when it ends and when it is opened again', async () => {
      const store = await fresh();
      await appendNext(store, 'i1');
      await appendNext(store, 'i2');
      const counts = async () => [
        await store.instances.count({ status: 'active' }),
        await store.instances.count({ status: 'done', partnership: 'p1' }),
        await store.instances.count({ workflow: 'synthetic' }),
      ];
      expect(await counts()).toEqual([2, 0, 2]);
      await appendNext(store, 'i1', { row: { status: 'done' } });
      expect(await counts()).toEqual([1, 1, 2]);
      await appendNext(store, 'i1', { row: { status: 'active' } });
      expect(await counts()).toEqual([2, 0, 2]);
    });

    test('a cursor that nobody gave out is refused with a sentence', async () => {
      const store = await fresh();
      await expect(store.instances.list({ limit: 1, after: 'nonsense' })).rejects.toMatchObject({
        code: 'bad-request',
      });
    });
  });

  describe(`${name}: due tasks`, () => {
    const claim = (store: Store, now: string, over: { limit?: number; owner?: string } = {}) =>
      store.tasks.claim({ now, limit: 10, owner: 'w1', leaseMs: 60_000, ...over });

    async function withTasks(store: Store, dueAt: Record<string, number>): Promise<void> {
      await appendNext(store, 'i1', {
        tasks: Object.entries(dueAt).map(([id, due]) => ({
          change: 'add',
          task: syntheticTask({ id, dueAt: minute(due) }),
        })),
      });
    }

    test('tasks are claimed when they are due and not before, oldest first', async () => {
      const store = await fresh();
      await withTasks(store, { late: 30, early: 10, middle: 20, soon: 40 });
      expect(await store.tasks.nextDueAt()).toBe(minute(10));
      expect(await claim(store, minute(9))).toEqual([]);
      expect(ids(await claim(store, minute(30), { limit: 2 }))).toEqual(['early', 'middle']);
      expect(ids(await claim(store, minute(30)))).toEqual(['late']);
      expect(await claim(store, minute(30))).toEqual([]);
    });

    test('sixteen workers claiming at once share the tasks and none is given twice', async () => {
      const store = await fresh();
      await withTasks(
        store,
        Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`t${n}`, n % 7])),
      );
      const taken = await Promise.all(
        Array.from({ length: 16 }, (_, n) =>
          claim(store, minute(10), { owner: `w${n}`, limit: 9 }),
        ),
      );
      expect(new Set(ids(taken.flat())).size).toBe(100);
      expect(taken.flat()).toHaveLength(100);
    });

    test('a worker that freezes loses its task to another when the lease ends, and its token is refused', async () => {
      const store = await fresh();
      await withTasks(store, { t: 0 });
      const [frozen] = await claim(store, minute(1), { owner: 'frozen' });
      expect(frozen?.lease).toEqual({ owner: 'frozen', token: 1, until: minute(2) });
      expect(await store.tasks.nextDueAt()).toBe(minute(2));
      expect(await claim(store, minute(1.5))).toEqual([]);
      const [second] = await claim(store, minute(2), { owner: 'second' });
      expect(second?.lease).toMatchObject({ owner: 'second', token: 2 });

      expect(await store.tasks.renew([{ id: 't', token: 1 }], minute(9))).toEqual(new Set());
      expect(await store.tasks.complete('t', 1, minute(3))).toBe(false);
      expect(await store.tasks.retry('t', 1, minute(9), 'late')).toBe(false);
      expect(await store.tasks.park('t', 1, 'late')).toBe(false);
      expect(await store.tasks.release('t', 1)).toBe(false);
      expect(await store.tasks.leave('t', 1, minute(9))).toBe(false);
      expect(await store.tasks.get('t')).toEqual(second);
      expect(await store.tasks.renew([{ id: 't', token: 2 }], minute(9))).toEqual(new Set(['t']));
      expect((await store.tasks.get('t'))?.lease?.until).toBe(minute(9));
      expect(await claim(store, minute(8), { owner: 'third' })).toEqual([]);
      expect(await store.tasks.complete('t', 2, minute(3))).toBe(true);
      expect(await store.tasks.complete('t', 2, minute(4))).toBe(false);
    });

    test('a task that is left to others is claimed again from then on, and that was no try', async () => {
      const store = await fresh();
      await withTasks(store, { t: 0 });
      await claim(store, minute(1));
      expect(await store.tasks.leave('t', 1, minute(5))).toBe(true);
      expect(await store.tasks.nextDueAt()).toBe(minute(5));
      expect(await claim(store, minute(4))).toEqual([]);
      const [again] = await claim(store, minute(5));
      expect(again).toMatchObject({ tries: 0, lease: { token: 2 }, lastError: null });
    });

    test('a worker that is late but was not replaced may still complete', async () => {
      const store = await fresh();
      await withTasks(store, { t: 0 });
      await claim(store, minute(1));
      expect(await store.tasks.complete('t', 1, minute(500))).toBe(true);
    });

    test('a finished task stays as a tombstone: adding it again does not do it again', async () => {
      const store = await fresh();
      await withTasks(store, { t: 0 });
      await claim(store, minute(1));
      await store.tasks.complete('t', 1, minute(2));
      const done = await store.tasks.get('t');
      expect(done).toMatchObject({ state: 'done', finishedAt: minute(2), tries: 1, lease: null });
      await withTasks(store, { t: 0 });
      expect(await store.tasks.get('t')).toEqual(done);
      expect(await claim(store, minute(60))).toEqual([]);
      expect(await store.tasks.nextDueAt()).toBeUndefined();
    });

    test('a cancelled task is not claimed, and whoever holds it is refused', async () => {
      const store = await fresh();
      await withTasks(store, { waiting: 5, running: 0 });
      await claim(store, minute(1));
      await appendNext(store, 'i1', {
        tasks: [
          { change: 'cancel', id: 'waiting' },
          { change: 'cancel', id: 'running' },
          { change: 'cancel', id: 'never heard of' },
        ],
      });
      expect(await store.tasks.complete('running', 1, minute(2))).toBe(false);
      expect(await claim(store, minute(100))).toEqual([]);
      expect(await store.tasks.get('waiting')).toMatchObject({ state: 'cancelled' });
      expect(await store.tasks.get('running')).toMatchObject({ state: 'cancelled', lease: null });
    });

    test('a cancelled task that is added again is due again, with a token nobody held before', async () => {
      const store = await fresh();
      await withTasks(store, { t: 0 });
      await claim(store, minute(1));
      await appendNext(store, 'i1', {
        tasks: [
          { change: 'cancel', id: 't' },
          { change: 'add', task: syntheticTask({ id: 't', dueAt: minute(3) }) },
        ],
      });
      expect(await store.tasks.complete('t', 1, minute(2))).toBe(false);
      expect(await claim(store, minute(2))).toEqual([]);
      expect((await claim(store, minute(3)))[0]?.lease?.token).toBe(2);
    });

    test('a failed task waits for its next try, a parked one for a person', async () => {
      const store = await fresh();
      await withTasks(store, { t: 0 });
      await claim(store, minute(1));
      expect(await store.tasks.retry('t', 1, minute(20), 'server busy')).toBe(true);
      expect(await claim(store, minute(19))).toEqual([]);
      const [again] = await claim(store, minute(20));
      expect(again).toMatchObject({ tries: 1, lastError: 'server busy', nextAt: minute(20) });
      expect(await store.tasks.park('t', 2, 'no such address')).toBe(true);
      expect(await claim(store, minute(900))).toEqual([]);
      expect(await store.tasks.list({ state: 'parked', limit: 5 })).toMatchObject([
        { id: 't', tries: 2, lastError: 'no such address' },
      ]);
      expect(await store.tasks.unpark('t', minute(1_000))).toBe(true);
      expect(await store.tasks.unpark('t', minute(1_000))).toBe(false);
      expect(ids(await claim(store, minute(1_000)))).toEqual(['t']);
    });

    test('a released task is free at once, untried', async () => {
      const store = await fresh();
      await withTasks(store, { t: 0 });
      await claim(store, minute(1));
      expect(await store.tasks.release('t', 1)).toBe(true);
      // whoever gave it back and goes on all the same changes nothing
      expect(await store.tasks.complete('t', 1, minute(1))).toBe(false);
      expect(await store.tasks.renew([{ id: 't', token: 1 }], minute(9))).toEqual(new Set());
      expect(await store.tasks.get('t')).toMatchObject({ state: 'due', tries: 0, lease: null });
      const [task] = await claim(store, minute(1), { owner: 'w2' });
      expect(task).toMatchObject({ tries: 0, lease: { owner: 'w2', token: 2 } });
    });

    test('tasks are listed by state, and by instance, in pages', async () => {
      const store = await fresh();
      await withTasks(store, { a: 5, b: 4, c: 3, d: 2, e: 1 });
      await appendNext(store, 'i2', {
        tasks: [
          { change: 'add', task: syntheticTask({ id: 'x', instance: 'i2', dueAt: minute(2) }) },
        ],
      });
      await claim(store, minute(2), { limit: 1 });
      for (const [filter, expected] of [
        [{ state: 'due' }, ['d', 'x', 'c', 'b', 'a', 'e']],
        [{ state: 'due', instance: 'i1' }, ['e', 'd', 'c', 'b', 'a']],
        [{ state: 'due', instance: 'i2' }, ['x']],
        [{ state: 'parked' }, []],
      ] as const) {
        for (const limit of [1, 2, 5, 50]) {
          const seen: string[] = [];
          for (;;) {
            const after = seen.at(-1);
            const page = ids(
              await store.tasks.list({
                ...filter,
                limit,
                ...(after === undefined ? {} : { after }),
              }),
            );
            seen.push(...page);
            if (page.length < limit) break;
          }
          expect(seen).toEqual(expected);
        }
      }
    });
  });

  describe(`${name}: links`, () => {
    test('a link is spent by one commit, whoever tries at the same time', async () => {
      const store = await fresh();
      await store.links.put(syntheticLink({ id: 'l1' }));
      await appendNext(store, 'i1');
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          append(store, { instance: 'i1', seq: 2, note: `try ${n}`, spends: 'l1' }),
        ),
      );
      expect(results.filter(({ kind }) => kind === 'committed')).toHaveLength(1);
      expect(await append(store, { instance: 'i1', seq: 3, spends: 'l1' })).toEqual({
        kind: 'conflict',
        over: 'link',
        seq: 2,
      });
      expect(await store.links.get('l1')).toMatchObject({ state: 'used', usedAt: minute(2) });
    });

    test('a used link cannot be opened again', async () => {
      const store = await fresh();
      const link = syntheticLink({ id: 'l1' });
      expect(await store.links.put(link)).toBe(true);
      await appendNext(store, 'i1', { spends: 'l1' });
      expect(await store.links.put(link)).toBe(false);
      expect((await store.links.get('l1'))?.state).toBe('used');
    });

    test('a commit takes no link of another instance back', async () => {
      const store = await fresh();
      await store.links.put(syntheticLink({ id: 'theirs', instance: 'i2' }));
      await appendNext(store, 'i1', { withdraws: ['theirs'] });
      expect((await store.links.get('theirs'))?.state).toBe('open');
      await appendNext(store, 'i2', { spends: 'theirs' });
      expect((await store.links.get('theirs'))?.state).toBe('used');
    });

    test('a link taken back by a commit stays so, even if it is only put down afterwards', async () => {
      const store = await fresh();
      await store.links.put(syntheticLink({ id: 'early' }));
      await appendNext(store, 'i1', { withdraws: ['early', 'late'] });
      expect((await store.links.get('early'))?.state).toBe('withdrawn');
      expect(await store.links.put(syntheticLink({ id: 'early' }))).toBe(false);
      expect(await store.links.put(syntheticLink({ id: 'late' }))).toBe(false);
      expect(await append(store, { instance: 'i1', seq: 2, spends: 'early' })).toMatchObject({
        over: 'link',
        seq: 1,
      });
    });

    test('links made by a commit come with it, and may be spent by the next', async () => {
      const store = await fresh();
      await appendNext(store, 'i1', { links: [syntheticLink({ id: 'l1' })] });
      expect(await store.links.listByInstance('i1')).toHaveLength(1);
      expect((await appendNext(store, 'i1', { spends: 'l1' })).seq).toBe(2);
    });

    test('a link is found by any of its tokens, its instance and its person', async () => {
      const store = await fresh();
      const hashes = [sha256('one'), sha256('two')];
      const link = syntheticLink({ id: 'l1', tokenHashes: hashes });
      await store.links.put(link);
      await store.links.put(syntheticLink({ id: 'l0', instance: 'i2', createdAt: minute(-5) }));
      for (const hash of hashes) expect(await store.links.findByTokenHash(hash)).toEqual(link);
      expect(await store.links.findByTokenHash(sha256('three'))).toBeUndefined();
      expect((await store.links.listByInstance('i1')).map(({ id }) => id)).toEqual(['l1']);
      expect((await store.links.listByPerson('ada')).map(({ id }) => id)).toEqual(['l0', 'l1']);
      await store.links.put({ ...link, tokenHashes: [sha256('three')] });
      expect(await store.links.findByTokenHash(sha256('one'))).toBeUndefined();
      expect((await store.links.findByTokenHash(sha256('three')))?.id).toBe('l1');
    });

    test('a sign-in link is spent by exactly one caller', async () => {
      const store = await fresh();
      await store.links.put(syntheticLink({ id: 'l1', purpose: 'sign-in', instance: null }));
      const spent = await Promise.all(
        Array.from({ length: 10 }, () => store.links.spend('l1', minute(1))),
      );
      expect(spent.filter(Boolean)).toHaveLength(1);
      expect(await store.links.spend('nobody', minute(1))).toBe(false);
    });

    test('wrong codes are counted, none is missed', async () => {
      const store = await fresh();
      await store.links.put(syntheticLink({ id: 'l1' }));
      const counts = await Promise.all(
        Array.from({ length: 5 }, () => store.links.countWrongCode('l1')),
      );
      expect(counts.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
      await expect(store.links.countWrongCode('nobody')).rejects.toMatchObject({
        code: 'not-found',
      });
      await store.links.put(syntheticLink({ id: 'l1', codeTries: 2, codeHash: 'new' }));
      expect(await store.links.get('l1')).toMatchObject({ codeTries: 5, codeHash: 'new' });
    });
  });

  describe(`${name}: people and partnerships`, () => {
    const ada: Person = {
      id: 'ada',
      name: 'Ada',
      email: 'ada@example.org',
      organisation: 'o1',
      administrator: false,
      coordinator: false,
      createdAt: minute(0),
      disabledAt: null,
    };

    test('an e-mail address belongs to one person, however it is written', async () => {
      const store = await fresh();
      await store.directory.putPerson(ada);
      await expect(
        store.directory.putPerson({ ...ada, id: 'eve', email: 'ADA@example.org' }),
      ).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.directory.person('eve')).toBeUndefined();
      expect(await store.directory.personByEmail(' Ada@Example.org ')).toEqual(ada);

      await store.directory.putPerson({ ...ada, email: 'ada@other.org' });
      expect(await store.directory.personByEmail('ada@example.org')).toBeUndefined();
      const shutOut = { ...ada, email: 'ada@other.org', disabledAt: minute(1), accessId: 'second' };
      await store.directory.putPerson(shutOut);
      expect(await store.directory.person('ada')).toEqual(shutOut);
      await store.directory.putPerson({ ...ada, id: 'eve' });
      expect((await store.directory.people()).map(({ id }) => id)).toEqual(['ada', 'eve']);
    });

    test('organisations, partnerships and memberships are found both ways', async () => {
      const store = await fresh();
      const organisation = {
        id: 'o1',
        name: 'Council',
        kind: 'council',
        createdAt: minute(0),
      } as const;
      await store.directory.putOrganisation(organisation);
      expect(await store.directory.organisation('o1')).toEqual(organisation);
      expect(await store.directory.organisations()).toEqual([organisation]);
      const partnership = {
        id: 'p1',
        title: 'Falls',
        lead: 'o1',
        organisations: ['o1'],
        instance: 'i1',
        createdAt: minute(0),
      };
      await store.directory.putPartnership(partnership);
      expect(await store.directory.partnership('p1')).toEqual(partnership);
      expect(await store.directory.partnerships()).toEqual([partnership]);
      const member = {
        partnership: 'p1',
        person: 'ada',
        organisation: 'o1',
        roles: ['lead'],
        authority: null,
        since: minute(0),
      };
      await store.directory.putMembership(member);
      await store.directory.putMembership({ ...member, partnership: 'p10' });
      const eve = { ...member, person: 'eve', recorded: { by: 'ada', at: minute(1) } };
      await store.directory.putMembership(eve);
      expect(await store.directory.members('p1')).toEqual([member, eve]);
      expect(await store.directory.membershipsOf('ada')).toHaveLength(2);
      await store.directory.removeMembership('p1', 'ada');
      expect(await store.directory.members('p1')).toEqual([eve]);
      expect(await store.directory.membershipsOf('ada')).toEqual([
        { ...member, partnership: 'p10' },
      ]);
    });
  });

  describe(`${name}: documents, mails, definitions, sessions, installation`, () => {
    test('a document is found by its hash, and shown only by the instances it was given to', async () => {
      const store = await fresh();
      const bytes = Buffer.alloc(700_000, 'agreement ');
      const about = {
        mediaType: 'application/pdf',
        name: 'MOU.pdf',
        createdAt: minute(1),
        partnership: 'p1',
        instance: 'i1',
      };
      const info = await store.documents.put(bytes, about);
      expect(info).toEqual({ ...about, hash: sha256(bytes), size: bytes.length });
      expect(Buffer.from((await store.documents.bytes(info.hash)) ?? []).equals(bytes)).toBe(true);
      expect(await store.documents.info(info.hash, 'i1')).toEqual(info);
      expect(await store.documents.info(info.hash, 'i2')).toBeUndefined();
      expect(await store.documents.info(info.hash, null)).toBeUndefined();
      expect(await store.documents.put(bytes, { ...about, name: 'again.pdf' })).toEqual(info);
      await store.documents.put(bytes, { ...about, instance: 'i2', name: 'shared.pdf' });
      expect((await store.documents.info(info.hash, 'i2'))?.name).toBe('shared.pdf');
      await store.documents.put(Buffer.from(''), { ...about, name: 'empty', createdAt: minute(0) });
      expect((await store.documents.listByInstance('i1')).map(({ name }) => name)).toEqual([
        'empty',
        'MOU.pdf',
      ]);
      expect(await store.documents.bytes(sha256('unknown'))).toBeUndefined();
      expect(await store.documents.bytes('../../etc/passwd')).toBeUndefined();
    });

    test('a mail is recorded once under its Message-ID and a sent one is never un-sent', async () => {
      const store = await fresh();
      const mail = (n: number, more: Partial<SentMail> = {}): SentMail => ({
        messageId: `<${n}@concordat>`,
        at: minute(n),
        person: 'ada',
        to: 'ada@example.org',
        subject: 'Please sign',
        text: 'text',
        html: '<p>text</p>',
        instance: n % 2 === 0 ? 'i1' : null,
        partnership: 'p1',
        task: null,
        tries: 1,
        outcome: 'sent',
        error: null,
        ...more,
      });
      await store.mails.put(mail(1, { outcome: 'failed', error: 'busy', at: minute(0) }));
      for (const n of [1, 2, 3, 4]) await store.mails.put(mail(n));
      await store.mails.put(mail(1, { outcome: 'failed', error: 'late', at: minute(9) }));
      expect(await store.mails.get('<1@concordat>')).toEqual(mail(1));
      const all = await store.mails.list({ limit: 10 });
      expect(all).toEqual({ mails: [4, 3, 2, 1].map((n) => mail(n)), next: null });
      const first = await store.mails.list({ limit: 3 });
      expect(first.mails).toEqual(all.mails.slice(0, 3));
      expect(await store.mails.list({ limit: 3, after: first.next ?? '' })).toEqual({
        mails: [mail(1)],
        next: null,
      });
      for (const limit of [1, 3, 9]) {
        const every = await collect((page) => store.mails.all(page), limit);
        expect(every).toEqual([1, 2, 3, 4].map((n) => mail(n)));
      }
      expect((await store.mails.list({ instance: 'i1', limit: 9 })).mails).toEqual([
        mail(4),
        mail(2),
      ]);
    });

    test('a published definition never changes', async () => {
      const store = await fresh();
      const definition = {
        id: 'dispute',
        version: 1,
        hash: 'h1',
        text: '{}',
        publishedAt: minute(0),
      };
      const other = { ...definition, hash: 'h2', text: '{"a":1}' };
      expect(await store.definitions.publish(definition)).toEqual(definition);
      expect(await store.definitions.publish(other)).toEqual(definition);
      expect(await store.definitions.get('dispute', 1)).toEqual(definition);
      expect(await store.definitions.get('dispute', 2)).toBeUndefined();
      const second = { ...other, version: 2 };
      await store.definitions.publish(second);
      expect(await store.definitions.list()).toEqual([definition, second]);
      const both = [1, 2].map((version) => ({ id: 'dispute', version }));
      expect(await store.definitions.versions()).toEqual(both);
    });

    test('a session ends at its time, and a sweep forgets only those that have ended', async () => {
      const store = await fresh();
      for (let n = 0; n < 450; n++) await store.sessions.set(`s${n}`, { n }, minute(n));
      expect(await store.sessions.get('s5', minute(4))).toEqual({ n: 5 });
      expect(await store.sessions.get('s5', minute(5))).toBeUndefined();
      await store.sessions.set('s5', { n: 5 }, minute(1_000));
      await store.sessions.destroy('s449');
      await store.sessions.destroy('s449');
      expect(await store.sessions.sweep(minute(440))).toBe(440);
      expect(await store.sessions.get('s5', minute(440))).toEqual({ n: 5 });
      expect(await store.sessions.get('s441', minute(440))).toEqual({ n: 441 });
      expect(await store.sessions.sweep(minute(440))).toBe(0);
    });

    test('of many that keep something for all, the first is kept and every one is told it', async () => {
      const store = await fresh();
      const told = await Promise.all(
        Array.from({ length: 8 }, (_, n) => store.sessions.keepFirst('secret', { n }, minute(9))),
      );
      const kept = await store.sessions.get('secret', minute(0));
      expect(new Set([...told, kept].map((one) => JSON.stringify(one))).size).toBe(1);
    });

    test('long work is found again as it was written last, the newest first', async () => {
      const store = await fresh();
      await store.work.put(longWork({ id: 'b1', startedAt: minute(1) }));
      await store.work.put(longWork({ id: 'b2', startedAt: minute(2) }));
      await store.work.put(longWork({ id: 'e1', startedAt: minute(3), kind: 'export' }));
      const further = longWork({ id: 'b1', startedAt: minute(1), state: 'running', done: 3 });
      await store.work.put(further);
      expect(await store.work.get('b1')).toEqual(further);
      expect(await store.work.get('b3')).toBeUndefined();
      const listed = async (kind: LongWork['kind'], limit: number) =>
        (await store.work.list({ kind, limit })).map(({ id }) => id);
      expect(await listed('backup', 9)).toEqual(['b2', 'b1']);
      expect(await listed('backup', 1)).toEqual(['b2']);
      expect(await listed('export', 9)).toEqual(['e1']);
    });

    test('the file that long work makes comes back piece by piece, until both are swept', async () => {
      const store = await fresh();
      await store.work.put(longWork({ id: 'old', startedAt: minute(1), expiresAt: minute(5) }));
      await store.work.put(longWork({ id: 'new', startedAt: minute(1), expiresAt: minute(9) }));
      const bytes = Buffer.alloc(1_048_576, 7);
      for (const id of ['old', 'new']) {
        await store.work.putPiece(id, 0, bytes);
        await store.work.putPiece(id, 1, Buffer.from('end'));
      }
      const piece = async (id: string, n: number) => {
        const found = await store.work.piece(id, n);
        return found && Buffer.from(found);
      };
      expect((await piece('old', 0))?.equals(bytes)).toBe(true);
      expect((await piece('old', 1))?.toString()).toBe('end');
      expect(await piece('old', 2)).toBeUndefined();
      expect(await store.work.sweep(minute(6))).toBe(1);
      expect(await store.work.get('old')).toBeUndefined();
      expect(await piece('old', 0)).toBeUndefined();
      expect((await piece('new', 1))?.toString()).toBe('end');
      expect(await store.work.sweep(minute(6))).toBe(0);
      expect((await store.work.list({ kind: 'backup', limit: 9 })).map(({ id }) => id)).toEqual([
        'new',
      ]);
    });

    test('the installation and its API tokens are kept', async () => {
      const store = await fresh();
      expect(await store.installation.get()).toBeUndefined();
      const installation = {
        name: 'Concordat',
        organisation: 'o1',
        timeZone: 'Europe/London',
        region: 'GB-ENG',
        currency: 'GBP',
        setUpAt: minute(0),
        workflowSettings: { dispute: { daysPerLevel: 5 } },
      };
      await store.installation.put(installation);
      expect(await store.installation.get()).toEqual(installation);
      const token = {
        id: 't1',
        hash: sha256('secret'),
        person: 'ada',
        label: 'script',
        createdAt: minute(0),
        expiresAt: null,
        revokedAt: null,
      };
      await store.installation.putToken(token);
      expect(await store.installation.tokenByHash(token.hash)).toEqual(token);
      await store.installation.putToken({ ...token, revokedAt: minute(1) });
      expect(await store.installation.tokens()).toEqual([{ ...token, revokedAt: minute(1) }]);
    });

    test('a healthy store passes its check', async () => {
      const store = await fresh();
      await expect(store.check()).resolves.toBeUndefined();
    });

    test('after closing, writing is refused with a sentence', async () => {
      const store = await open();
      await store.close();
      await store.close();
      await expect(append(store, { instance: 'i1', seq: 1 })).rejects.toMatchObject({
        code: 'store-unreadable',
      });
    });
  });

  describe(`${name}: copies of the whole`, () => {
    test('all records of each kind are listed once, in pages of any size', async () => {
      const store = await fresh();
      const value = (instance: string, id: string) => ({ id, instance, salt: 's', value: 'Ada' });
      const values = [value('a', 'v1'), value('a', 'v2'), value('a1', 'v3'), value('c', 'v4')];
      for (const instance of ['a', 'a1', 'b', 'c']) {
        await appendNext(store, instance, {
          idempotencyKey: 'key',
          tasks: [{ change: 'add', task: syntheticTask({ id: `${instance}:1:1`, instance }) }],
          personal: values.filter((one) => one.instance === instance),
        });
      }
      await store.commits.erasePersonal('c', ['v4']);
      await appendNext(store, 'a', { tasks: [{ change: 'cancel', id: 'a:1:1' }] });
      const [claimed] = await store.tasks.claim({
        now: minute(1),
        limit: 1,
        owner: 'w',
        leaseMs: 1_000,
      });
      await store.tasks.complete(claimed?.id ?? '', 1, minute(2));
      const links = ['l1', 'l2', 'l3'].map((id) => syntheticLink({ id, instance: 'a' }));
      for (const link of links) await store.links.put(link);
      await appendNext(store, 'a', { withdraws: ['l2', 'never put down'] });
      const about = { mediaType: 'text/plain', createdAt: minute(0), partnership: null };
      for (const [text, instance] of [
        ['one', 'a'],
        ['one', 'b'],
        ['one', null],
        ['two', 'a'],
      ] as const) {
        await store.documents.put(Buffer.from(text), { ...about, name: text, instance });
      }
      await store.work.put(longWork({ id: 'w1', startedAt: minute(0) }));
      await store.work.put(longWork({ id: 'w2', startedAt: minute(1), kind: 'export' }));

      for (const limit of [1, 2, 3, 50]) {
        const personal = await collect((page) => store.commits.allPersonal(page), limit);
        expect(personal).toEqual([
          ...values.slice(0, 3),
          { id: 'v4', instance: 'c', salt: '', value: null },
        ]);
        const tasks = await collect((page) => store.tasks.all(page), limit);
        const states = ['a', 'a1', 'b', 'c'].map((instance): [string, string] => {
          const id = `${instance}:1:1`;
          return [id, instance === 'a' ? 'cancelled' : id === claimed?.id ? 'done' : 'due'];
        });
        expect(new Map(tasks.map(({ id, state }) => [id, state]))).toEqual(new Map(states));
        expect(tasks).toHaveLength(4);
        expect(tasks.find(({ id }) => id === claimed?.id)).toMatchObject({ fence: 1, tries: 1 });
        const listed = await collect((page) => store.links.all(page), limit);
        expect(listed.map(({ id, state }) => [id, state])).toEqual([
          ['l1', 'open'],
          ['l2', 'withdrawn'],
          ['l3', 'open'],
        ]);
        const documents = await collect((page) => store.documents.all(page), limit);
        expect(documents).toHaveLength(4);
        expect(new Set(documents.map(({ name, instance }) => `${name} ${instance}`))).toEqual(
          new Set(['one a', 'one b', 'one null', 'two a']),
        );
        const works = await collect((page) => store.work.all(page), limit);
        expect(works.map(({ id }) => id)).toEqual(['w1', 'w2']);
      }
    });

    test('a copied history claims what it claimed, and goes on', async () => {
      const store = await fresh();
      const one = syntheticAppend({ instance: 'i1', seq: 1, idempotencyKey: 'k', signalKey: 's' });
      const row = { seq: 4, hash: 'newest' };
      const chain = [
        one,
        ...[2, 3, 4].map((seq) =>
          syntheticAppend({
            instance: 'i1',
            seq,
            row,
            previous: null,
            ...(seq === 2 ? { spends: 'used' } : {}),
            ...(seq === 3 ? { withdraws: ['used', 'gone'] } : {}),
          }),
        ),
      ];
      const copies = chain.map((input) => ({
        ...input,
        projection: { ...input.projection, row: { ...input.projection.row, ...row } },
      }));
      await store.commits.copy(copies.slice(0, 2));
      await store.commits.copy(copies.slice(2));
      await store.commits.copy([]);
      expect(await store.commits.history('i1', { limit: 9 })).toEqual(
        chain.map(({ commit }) => commit),
      );
      expect(await store.instances.get('i1')).toMatchObject(row);
      expect(await store.instances.count({})).toBe(1);
      expect((await store.instances.list({ limit: 5 })).rows).toHaveLength(1);
      expect(await store.commits.findByIdempotencyKey('i1', 'k')).toEqual(one.commit);
      for (const taken of [
        { idempotencyKey: 'k', over: 'idempotency', by: 1 },
        { signalKey: 's', over: 'signal', by: 1 },
        { spends: 'used', over: 'link', by: 2 },
        { spends: 'gone', over: 'link', by: 3 },
      ]) {
        const { over, by, ...claim } = taken;
        expect(await append(store, { instance: 'i1', seq: 5, ...claim })).toEqual({
          kind: 'conflict',
          over,
          seq: by,
        });
      }
      expect(await store.links.put(syntheticLink({ id: 'gone' }))).toBe(false);
      await appendNext(store, 'i1', { row: { title: 'afterwards' } });
      expect(await store.instances.get('i1')).toMatchObject({ seq: 5, title: 'afterwards' });
      for (const seq of [1, 5, 7]) {
        await expect(
          store.commits.copy([syntheticAppend({ instance: 'i1', seq })]),
        ).rejects.toMatchObject({ code: 'store-damaged' });
      }
    });

    test('copied tasks are where they were: due, under a lease, parked or done', async () => {
      const [from, to] = [await fresh(), await fresh()];
      const add = (id: string) => ({ change: 'add', task: syntheticTask({ id }) }) as const;
      await appendNext(from, 'i1', { tasks: ['due', 'done', 'leased', 'parked', 'gone'].map(add) });
      const ask = { now: minute(1), owner: 'w1', leaseMs: 60_000 };
      await from.tasks.claim({ ...ask, limit: 5 });
      await from.tasks.release('due', 1);
      await from.tasks.complete('done', 1, minute(2));
      await from.tasks.park('parked', 1, 'no such address');
      await appendNext(from, 'i1', { tasks: [{ change: 'cancel', id: 'gone' }] });
      const all = await collect((page) => from.tasks.all(page), 50);
      // twice, as when it was cut short
      for (let n = 0; n < 2; n++) await to.tasks.copy(all);
      expect(await collect((page) => to.tasks.all(page), 2)).toEqual(all);
      expect(ids(await to.tasks.claim({ ...ask, limit: 5 }))).toEqual(['due']);
      expect(await to.tasks.get('due')).toMatchObject({ lease: { token: 2 } });
      expect(await to.tasks.complete('leased', 1, minute(2))).toBe(true);
      expect(ids(await to.tasks.list({ state: 'parked', limit: 5 }))).toEqual(['parked']);
      // what commits do to them afterwards counts
      await appendNext(to, 'i1');
      await appendNext(to, 'i1', { tasks: [add('done'), { change: 'cancel', id: 'parked' }] });
      expect(await to.tasks.get('done')).toEqual(await from.tasks.get('done'));
      expect(await to.tasks.get('parked')).toMatchObject({ state: 'cancelled' });
    });

    test('copied links and personal values are as they were, whatever stood in their place', async () => {
      const store = await fresh();
      const link = syntheticLink({ id: 'l1', tokenHashes: [sha256('old')] });
      await store.links.copy([link]);
      const used = { ...link, state: 'used', usedAt: minute(3), tokenHashes: [sha256('new')] };
      await store.links.copy([used as typeof link, syntheticLink({ id: 'l2', person: 'eve' })]);
      expect(await store.links.get('l1')).toEqual(used);
      expect(await store.links.findByTokenHash(sha256('old'))).toBeUndefined();
      expect((await store.links.findByTokenHash(sha256('new')))?.id).toBe('l1');
      expect((await store.links.listByPerson('eve')).map(({ id }) => id)).toEqual(['l2']);
      expect(await append(store, { instance: 'i1', seq: 1, spends: 'l1' })).toMatchObject({
        over: 'link',
      });
      const value = { id: 'v', instance: 'i1', salt: 's', value: 'Ada' };
      await store.commits.copyPersonal([value]);
      const erased = { ...value, salt: '', value: null };
      await store.commits.copyPersonal([erased]);
      expect(await store.commits.personal('i1', ['v'])).toEqual([erased]);
    });

    test('a store says how far it has been filled, to the attempt that fills it', async () => {
      const store = await fresh();
      const filling: Filling = {
        from: 'lmdb:/elsewhere',
        by: 'first',
        startedAt: minute(0),
        kind: 'tasks',
        after: null,
      };
      expect(await store.filling.get()).toBeUndefined();
      await store.filling.begin(filling);
      const further = { ...filling, kind: 'mails', after: 'm7' };
      await store.filling.advance(further);
      expect(await store.filling.get()).toEqual(further);
      await store.filling.begin({ ...further, by: 'second' });
      const takenOver = { code: 'store-owned' };
      await expect(store.filling.advance(further)).rejects.toMatchObject(takenOver);
      await expect(store.filling.finish('first')).rejects.toMatchObject(takenOver);
      expect(await store.filling.get()).toEqual({ ...further, by: 'second' });
      await store.filling.finish('second');
      expect(await store.filling.get()).toBeUndefined();
    });
  });
}

async function collect<T>(list: (ask: PageAsk) => Promise<Page<T>>, limit: number): Promise<T[]> {
  const seen: T[] = [];
  let after: string | undefined;
  for (;;) {
    const { records, next } = await list({ limit, after });
    expect(records.length).toBeLessThanOrEqual(limit);
    seen.push(...records);
    if (next === null) return seen;
    after = next;
  }
}

function longWork(own: Partial<LongWork> & Pick<LongWork, 'id' | 'startedAt'>): LongWork {
  return {
    kind: 'backup',
    partnership: null,
    startedBy: 'ada',
    updatedAt: own.startedAt,
    expiresAt: minute(1_000),
    state: 'waiting',
    step: 'Waiting for its turn',
    done: 0,
    total: null,
    problem: null,
    result: null,
    ...own,
  };
}

function append(store: Store, making: CommitMaking) {
  return store.commits.append(syntheticAppend(making));
}

/** Appends the next commit of the chain, again if another writer was faster. */
export async function appendNext(
  store: Store,
  instance: string,
  more: Omit<Partial<CommitMaking>, 'instance' | 'seq' | 'previous'> = {},
): Promise<StoredCommit> {
  for (;;) {
    const head = await store.commits.head(instance);
    const seq = (head?.seq ?? 0) + 1;
    const input: AppendInput = syntheticAppend({
      ...more,
      instance,
      seq,
      previous: head?.hash ?? null,
    });
    const result = await store.commits.append(input);
    if (result.kind === 'committed') return input.commit;
    if (result.over !== 'seq') throw new Error(`conflict over ${result.over} ${result.seq}`);
  }
}

async function pages(
  store: Store,
  filter: Parameters<Store['instances']['list']>[0],
): Promise<string[]> {
  const seen: string[] = [];
  let next: string | null = null;
  do {
    const page = await store.instances.list(next === null ? filter : { ...filter, after: next });
    expect(page.rows.length).toBeLessThanOrEqual(filter.limit);
    seen.push(...page.rows.map(({ id }) => id));
    next = page.next;
  } while (next !== null);
  return seen;
}

function ids(tasks: readonly TaskRecord[]): string[] {
  return tasks.map(({ id }) => id);
}
