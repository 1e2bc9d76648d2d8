import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { array, assert, asyncProperty, boolean, constantFrom, nat, record } from 'fast-check';
import { expect, test } from 'vitest';
import type { Faults } from '../../../server/store/lmdb/faults.ts';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import type { Store } from '../../../server/store/store.ts';
import type { TaskChange } from '../../../server/store/task.ts';
import { verifyStore } from '../../../server/use-cases/verify-store.ts';
import { rawStore } from '../../support/raw-store.ts';
import { minute, syntheticAppend, syntheticTask } from '../../support/synthetic-commit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const full = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

/** Keeps commits and never gets to their lists, as a process that is killed in between. */
const neverLists: Faults = (moment, point) => {
  if (moment === 'before-commit' && point === 'project') throw full();
};

interface Step {
  readonly instance: string;
  readonly done: boolean;
  readonly cancels: boolean;
  readonly adds: number;
}

/** Appends steps in turn, each adding tasks of its own and taking back one of the step before. */
async function append(store: Store, steps: readonly Step[], after: () => Promise<unknown>) {
  const heads = new Map<string, { readonly seq: number; readonly hash: string }>();
  for (const [index, { instance, done, cancels, adds }] of steps.entries()) {
    const { seq: last, hash } = heads.get(instance) ?? { seq: 0, hash: null };
    const seq = last + 1;
    const tasks: TaskChange[] = Array.from({ length: adds }, (_, n) => ({
      change: 'add',
      // the same again every third step, so that one that was taken back is due once more
      task: syntheticTask({
        id: `${instance}/${seq % 3}/${n}`,
        instance,
        seq,
        dueAt: minute(index),
      }),
    }));
    if (cancels) tasks.unshift({ change: 'cancel', id: `${instance}/${last % 3}/0` });
    const input = syntheticAppend({
      instance,
      seq,
      previous: hash,
      at: minute(index),
      tasks,
      row: { status: done ? 'done' : 'active', workflow: instance < 'i2' ? 'one' : 'two' },
    });
    expect((await store.commits.append(input)).kind).toBe('committed');
    heads.set(instance, input.commit);
    await after();
  }
}

async function dump(directory: string): Promise<unknown> {
  const root = rawStore(directory);
  const found = ['instances', 'rowIndex', 'counts', 'tasks', 'taskIndex', 'behind'].map((name) => [
    name,
    [...root.openDB<string>(name, { encoding: 'string' }).getRange({})],
  ]);
  await root.close();
  return found;
}

/** Every list and count, in pages of one row. */
async function listed({ instances }: Store): Promise<unknown> {
  const found: unknown[] = [];
  for (const status of [undefined, 'active', 'done'] as const) {
    for (const by of [{}, { workflow: 'one' }, { workflow: 'two' }, { partnership: 'p1' }]) {
      const filter = { ...by, ...(status === undefined ? {} : { status }) };
      found.push(filter, await instances.count(filter));
      for (let after: string | null | undefined; after !== null; ) {
        const page = await instances.list({ ...filter, limit: 1, ...(after && { after }) });
        found.push(...page.rows);
        after = page.next;
      }
    }
  }
  return found;
}

const story = (length: number): Step[] =>
  Array.from({ length }, (_, n) => ({
    instance: `i${n % 3}`,
    done: n % 4 === 3,
    cancels: n % 2 === 1,
    adds: n % 3,
  }));

test('lists that are brought later, many commits at once, are the same as those brought after each', async () => {
  const step = record({
    instance: constantFrom('i1', 'i2', 'i3'),
    done: boolean(),
    cancels: boolean(),
    adds: nat(2),
  });
  await assert(
    asyncProperty(array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const dumps = [];
      for (const atOnce of [true, false]) {
        const directory = temporaryFolder();
        const store = await openLmdbStore({ directory, mode: 'serve' });
        await append(store, steps, async () => atOnce && (await store.tasks.nextDueAt()));
        expect(await store.inspect()).toEqual([]);
        await store.close();
        dumps.push(await dump(directory));
      }
      expect(dumps[1]).toEqual(dumps[0]);
    }),
    { numRuns: 15 },
  );
});

test('what a process left behind its lists when it was killed is found sound, and brought by the next', async () => {
  const whole = temporaryFolder();
  const usual = await openLmdbStore({ directory: whole, mode: 'serve' });
  await append(usual, story(12), async () => undefined);
  await usual.tasks.nextDueAt();
  const asListed = await listed(usual);
  await usual.close();

  const directory = temporaryFolder();
  const killed = await openLmdbStore({ directory, mode: 'serve', faults: neverLists });
  await append(killed, story(12), async () => undefined);
  // what is not in the indexes is listed and counted all the same
  expect(await listed(killed)).toEqual(asListed);
  expect(await killed.inspect()).toEqual([]);
  await killed.close();

  const next = await openLmdbStore({ directory, mode: 'serve' });
  expect(await listed(next)).toEqual(asListed);
  expect((await verifyStore(next)).findings).toEqual([]);
  await next.close();
  expect(await dump(directory)).toEqual(await dump(whole));
});

test('whoever only reads a folder of a killed process sees all of it, and a backup of it lacks nothing', async () => {
  const folder = temporaryFolder();
  const directory = join(folder, 'data');
  const killed = await openLmdbStore({ directory, mode: 'serve', faults: neverLists });
  await append(killed, story(12), async () => undefined);
  // while it runs: its lists are as far as they are
  const beside = await openLmdbStore({ directory, mode: 'read' });
  expect((await beside.commits.instances({ limit: 9 })).length).toBe(3);
  await beside.backup(join(folder, 'backup'));
  await beside.close();
  await killed.close();

  for (const name of ['data', 'backup']) {
    const reading = await openLmdbStore({ directory: join(folder, name), mode: 'read' });
    expect((await reading.instances.list({ limit: 9 })).rows, name).toHaveLength(3);
    const { records } = await reading.tasks.all({ limit: 99 });
    expect(records.length, name).toBeGreaterThan(3);
    expect((await verifyStore(reading)).findings, name).toEqual([]);
    await reading.close();
  }
});

test('a finished backup is not written to by reading it', async () => {
  const folder = temporaryFolder();
  const directory = join(folder, 'data');
  const store = await openLmdbStore({ directory, mode: 'serve' });
  await append(store, story(3), async () => undefined);
  await store.backup(join(folder, 'backup'));
  await store.close();
  const before = await dump(join(folder, 'backup'));
  const reading = await openLmdbStore({ directory: join(folder, 'backup'), mode: 'read' });
  await reading.tasks.nextDueAt();
  await reading.close();
  expect(await dump(join(folder, 'backup'))).toEqual(before);
});

test('an instance whose tasks are damaged takes no more steps in silence, and holds no other up', async () => {
  const folder = temporaryFolder();
  const made = join(folder, 'made');
  const store = await openLmdbStore({ directory: made, mode: 'serve' });
  const first = (instance: string) =>
    syntheticAppend({
      instance,
      seq: 1,
      tasks: [{ change: 'add', task: syntheticTask({ id: `${instance}/t`, instance }) }],
    });
  await store.commits.append(first('i1'));
  await store.commits.append(first('i2'));
  await store.close();
  const directory = join(folder, 'data');
  cpSync(made, directory, { recursive: true });
  const root = rawStore(directory);
  const tasks = root.openDB<string>('tasks', { encoding: 'string' });
  await tasks.put('i1/t', String(tasks.get('i1/t')).replace('notify', 'nobody'));
  await root.close();

  const again = await openLmdbStore({ directory, mode: 'serve' });
  const next = (instance: string, seq: number, previous: string | undefined) =>
    again.commits.append(
      syntheticAppend({
        instance,
        seq,
        previous: previous ?? null,
        tasks: [{ change: 'cancel', id: `${instance}/t` }],
      }),
    );
  for (const instance of ['i1', 'i2']) {
    await next(instance, 2, (await again.commits.head(instance))?.hash);
  }
  expect((await again.tasks.get('i2/t'))?.state).toBe('cancelled');
  expect(await again.instances.get('i2')).toMatchObject({ seq: 2 });
  await expect(next('i1', 3, (await again.commits.head('i1'))?.hash)).rejects.toMatchObject({
    code: 'store-damaged',
  });
  expect(await again.tasks.stuck()).toEqual(['i1']);
  expect(await again.instances.count({})).toBe(2);
  await expect(again.tasks.list({ state: 'due', instance: 'i1', limit: 9 })).rejects.toMatchObject({
    code: 'store-damaged',
  });
  expect(await again.inspect()).not.toEqual([]);
  await again.close();
});

test('a task that an acknowledged commit took back is not claimed, though it could not be brought', async () => {
  const trouble = { full: false };
  const directory = temporaryFolder();
  const store = await openLmdbStore({
    directory,
    mode: 'serve',
    faults: (moment, point) => {
      if (trouble.full) neverLists(moment, point);
    },
  });
  const heads = new Map<string, string>();
  const append = async (instance: string, seq: number, tasks: readonly TaskChange[]) => {
    const input = syntheticAppend({ instance, seq, previous: heads.get(instance) ?? null, tasks });
    expect((await store.commits.append(input)).kind).toBe('committed');
    heads.set(instance, input.commit.hash);
  };
  const add = (instance: string, dueAt: string): TaskChange => ({
    change: 'add',
    task: syntheticTask({ id: `${instance}/t`, instance, dueAt }),
  });
  await append('i1', 1, [add('i1', minute(0))]);
  await append('i2', 1, [add('i2', minute(1))]);
  await store.tasks.nextDueAt();

  trouble.full = true;
  await append('i1', 2, [{ change: 'cancel', id: 'i1/t' }]);
  const ask = { now: minute(9), limit: 1, owner: 'w', leaseMs: 1_000 };
  // the disk has no room for the lists, yet for a claim; the other instance waits for nobody
  expect((await store.tasks.claim(ask)).map(({ id }) => id)).toEqual(['i2/t']);

  trouble.full = false;
  expect(await store.tasks.claim(ask)).toEqual([]);
  expect((await store.tasks.get('i1/t'))?.state).toBe('cancelled');
  await store.close();
});

test('tasks are not copied as they were before what could not be brought', async () => {
  const folder = temporaryFolder();
  const directory = join(folder, 'data');
  const full = await openLmdbStore({ directory, mode: 'exclusive', faults: neverLists });
  await append(full, story(6), async () => undefined);
  await expect(full.tasks.all({ limit: 9 })).rejects.toMatchObject({ code: 'store-full' });

  // while it runs, nobody else brings them either
  const beside = await openLmdbStore({ directory, mode: 'read' });
  await expect(beside.tasks.all({ limit: 9 })).rejects.toMatchObject({ code: 'store-damaged' });
  await beside.close();
  await full.close();
});

test('what a commit asks for is brought also where its writer was told that it failed', async () => {
  let armed = true;
  const store = await openLmdbStore({
    directory: temporaryFolder(),
    mode: 'serve',
    faults: (moment, point) => {
      if (!armed || moment !== 'after-commit' || point !== 'append') return;
      armed = false;
      throw full();
    },
  });
  const task = syntheticTask({ id: 't' });
  const input = syntheticAppend({ instance: 'i1', seq: 1, tasks: [{ change: 'add', task }] });
  await expect(store.commits.append(input)).rejects.toMatchObject({ code: 'store-full' });
  expect((await store.commits.head('i1'))?.seq).toBe(1);
  const ask = { now: minute(9), limit: 5, owner: 'w', leaseMs: 1_000 };
  expect((await store.tasks.claim(ask)).map(({ id }) => id)).toEqual(['t']);
  await store.close();
});
