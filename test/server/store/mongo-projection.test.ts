import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { AppendInput } from '../../../server/store/commit-store.ts';
import type { Models } from '../../../server/store/mongo/models.ts';
import { projectPersonal } from '../../../server/store/mongo/project-personal.ts';
import { createProjector, type UnprojectedCommit } from '../../../server/store/mongo/projector.ts';
import { openMongoStore } from '../../../server/store/mongo/open-mongo-store.ts';
import type { Store } from '../../../server/store/store.ts';
import type { TaskChange } from '../../../server/store/task.ts';
import { appendAndEnd, mongoModels } from '../../support/mongo-commits.ts';
import { startMongoServer } from '../../support/mongo-server.ts';
import {
  minute,
  syntheticAppend,
  syntheticLink,
  syntheticTask,
} from '../../support/synthetic-commit.ts';

const server = await startMongoServer();
afterAll(() => server?.stop());

const VALUE = { id: 'v', instance: 'i1', salt: 'salt', value: 'Ada Lovelace' };

/** The first commit of an instance, with something for each of the projections. */
const first = syntheticAppend({
  instance: 'i1',
  seq: 1,
  row: { title: 'as it began' },
  tasks: [{ change: 'add', task: syntheticTask({ id: 't', dueAt: minute(1) }) }],
  links: [syntheticLink({ id: 'l' })],
  personal: [VALUE],
});
const second = syntheticAppend({
  instance: 'i1',
  seq: 2,
  previous: first.commit.hash,
  row: { title: 'as it went on' },
  tasks: [{ change: 'cancel', id: 't' }],
  spends: 'l',
});

describe.skipIf(server === undefined)('a process that ends after it has written a commit', () => {
  async function begun() {
    const url = server?.newDatabase() ?? '';
    const open = async (): Promise<Store> => {
      const store = await openMongoStore({ url, mode: 'serve' });
      onTestFinished(() => store.close());
      return store;
    };
    return { open, store: await open(), models: await mongoModels(url) };
  }

  async function expectFirst(store: Store): Promise<void> {
    expect(await store.instances.get('i1')).toMatchObject({ seq: 1, title: 'as it began' });
    expect(await store.tasks.get('t')).toMatchObject({ state: 'due' });
    expect(await store.links.get('l')).toMatchObject({ state: 'open' });
    expect(await store.commits.personal('i1', ['v'])).toEqual([VALUE]);
  }

  async function expectSecond(store: Store): Promise<void> {
    expect(await store.instances.get('i1')).toMatchObject({ seq: 2, title: 'as it went on' });
    expect(await store.tasks.get('t')).toMatchObject({ state: 'cancelled' });
    expect(await store.links.get('l')).toMatchObject({ state: 'used' });
  }

  test('leaves nothing but the commit; the next that starts brings in what it says', async () => {
    const { models, store, open } = await begun();
    await appendAndEnd(models, first);
    expect(await store.instances.get('i1')).toBeUndefined();
    expect(await store.tasks.get('t')).toBeUndefined();
    expect(await store.links.get('l')).toBeUndefined();
    await expectFirst(await open());
    expect((await models.commits.findOne().lean())?.pending).toBeUndefined();
  });

  test('so does whoever reads the newest commit', async () => {
    const { models, store } = await begun();
    await appendAndEnd(models, first);
    expect(await store.commits.head('i1')).toEqual(first.commit);
    await expectFirst(store);
  });

  test('so does a worker that looks for something to do', async () => {
    const { models, store } = await begun();
    await appendAndEnd(models, first);
    const ask = { now: minute(2), limit: 5, owner: 'w', leaseMs: 60_000 };
    expect((await store.tasks.claim(ask)).map(({ id }) => id)).toEqual(['t']);
    expect((await store.instances.get('i1'))?.seq).toBe(1);
  });

  test('so does whoever writes the next commit, before that one', async () => {
    const { models, store } = await begun();
    await appendAndEnd(models, first);
    expect(await store.commits.append(second)).toEqual({ kind: 'committed' });
    await expectSecond(store);
  });

  test('and a process that was paused there undoes nothing when it goes on, however late', async () => {
    const { models, store } = await begun();
    const paused = await appendAndEnd(models, first);
    await store.commits.append(second);
    await store.commits.erasePersonal('i1', ['v']);
    await createProjector({ models }).project(paused);
    await expectSecond(store);
    expect(await store.commits.personal('i1', ['v'])).toEqual([
      { ...VALUE, salt: '', value: null },
    ]);
  });

  test('nor does one that was paused in the middle of a history put back what came later', async () => {
    const { models, store } = await begun();
    const task = (id: string) => syntheticTask({ id, dueAt: minute(1) });
    const history = [
      [
        { change: 'add', task: task('t') },
        { change: 'add', task: task('u') },
      ],
      [
        { change: 'add', task: task('t') },
        { change: 'cancel', id: 'u' },
      ],
      [
        { change: 'cancel', id: 't' },
        { change: 'add', task: task('u') },
      ],
    ] as const satisfies readonly (readonly TaskChange[])[];
    let previous: string | null = null;
    const paused: UnprojectedCommit[] = [];
    for (const [n, tasks] of history.entries()) {
      const seq = n + 1;
      const row = { title: `after ${seq}` };
      const input: AppendInput = syntheticAppend({ instance: 'i1', seq, previous, row, tasks });
      if (seq === 2) paused.push(await appendAndEnd(models, input));
      else expect(await store.commits.append(input)).toEqual({ kind: 'committed' });
      previous = input.commit.hash;
    }
    const whole = async () => [
      await store.instances.get('i1'),
      await store.tasks.get('t'),
      await store.tasks.get('u'),
    ];
    const before = await whole();
    expect(before).toMatchObject([
      { seq: 3, title: 'after 3' },
      { state: 'cancelled' },
      { state: 'due' },
    ]);
    for (const commit of paused) await createProjector({ models }).project(commit);
    expect(await whole()).toEqual(before);
  });

  test('a value that still waits in its commit is erased all the same', async () => {
    const { models, store } = await begun();
    await appendAndEnd(models, first);
    await store.commits.erasePersonal('i1', ['v']);
    expect(await store.commits.personal('i1', ['v'])).toEqual([
      { ...VALUE, salt: '', value: null },
    ]);
    expect(JSON.stringify(await models.commits.find().lean())).not.toContain('Lovelace');
  });

  test('of many that bring in the same commit at once none does it twice', async () => {
    const { models, store } = await begun();
    const left = await appendAndEnd(models, first);
    const projectors = Array.from({ length: 6 }, () => createProjector({ models }));
    await Promise.all(projectors.map((projector) => projector.project(left)));
    await Promise.all(projectors.map((projector) => projector.settle()));
    await expectFirst(store);
    expect(await store.tasks.list({ state: 'due', limit: 9 })).toHaveLength(1);
  });

  test('what does not fit its collection is told, not passed over, and holds no other up', async () => {
    const { models, store } = await begun();
    const misfits = {
      task: { tasks: [{ change: 'add', task: syntheticTask({ id: 'm', kind: {} as never }) }] },
      value: { personal: [{ ...VALUE, id: 'm', instance: 'value', salt: {} as never }] },
    } as const;
    for (const [instance, bringing] of Object.entries(misfits)) {
      const misfit = syntheticAppend({ instance, seq: 1, ...bringing });
      await expect(store.commits.append(misfit)).rejects.toMatchObject({
        code: 'store-damaged',
        message: expect.stringContaining('what does not fit them'),
      });
    }
    await appendAndEnd(models, first);
    const ask = { now: minute(2), limit: 5, owner: 'w', leaseMs: 60_000 };
    expect((await store.tasks.claim(ask)).map(({ id }) => id)).toEqual(['t']);
    // whoever looks at the server's health is told of them
    expect([...(await store.tasks.stuck())].sort()).toEqual(Object.keys(misfits));
  });
});

describe.skipIf(server === undefined)('commits that many write at once', () => {
  const INSTANCES = Array.from({ length: 24 }, (_, n) => `i${n}`);

  /** Of each instance: two tasks, then one taken back and added again, then the other done away with. */
  async function writeAll(store: Store, atOnce: boolean): Promise<void> {
    const heads = new Map<string, string>();
    for (const seq of [1, 2, 3]) {
      const append = async (instance: string): Promise<void> => {
        const task = (id: string) => syntheticTask({ id: `${instance}/${id}`, dueAt: minute(seq) });
        const changes: readonly (readonly TaskChange[])[] = [
          [
            { change: 'add', task: task('t') },
            { change: 'add', task: task('u') },
          ],
          [
            { change: 'cancel', id: `${instance}/t` },
            { change: 'add', task: task('t') },
          ],
          [{ change: 'cancel', id: `${instance}/u` }],
        ];
        const input = syntheticAppend({
          instance,
          seq,
          previous: heads.get(instance) ?? null,
          row: { title: `after ${seq}` },
          tasks: changes[seq - 1] ?? [],
          personal: [{ ...VALUE, id: `v${seq}`, instance }],
          links: [syntheticLink({ id: `${instance}/l${seq}` })],
        });
        expect(await store.commits.append(input)).toEqual({ kind: 'committed' });
        heads.set(instance, input.commit.hash);
      };
      if (atOnce) await Promise.all(INSTANCES.map(append));
      else for (const instance of INSTANCES) await append(instance);
    }
  }

  test('bring the same to the lists as one after the other, in fewer commands', async () => {
    async function written(atOnce: boolean) {
      const url = server?.newDatabase() ?? '';
      let updates = 0;
      const store = await openMongoStore({
        url,
        mode: 'serve',
        onCommand: ({ update }) => {
          if (update === 'instances' || update === 'tasks') updates += 1;
        },
      });
      onTestFinished(() => store.close());
      await writeAll(store, atOnce);
      const sent = updates;
      const { instances, tasks, personal, links } = await mongoModels(url);
      const held = [];
      for (const model of [instances, tasks, personal, links]) {
        held.push(await (model as typeof instances).find().sort({ _id: 1 }).lean());
      }
      return { sent, held };
    }
    const [alone, together] = [await written(false), await written(true)];
    expect(together.held).toEqual(alone.held);
    expect(together.held[1]).toHaveLength(2 * INSTANCES.length);
    expect(together.sent).toBeLessThan(alone.sent);
  });

  test('fail over nobody else’s that does not fit', async () => {
    const store = await openMongoStore({ url: server?.newDatabase() ?? '', mode: 'serve' });
    onTestFinished(() => store.close());
    const kind = {} as never;
    const inputs = INSTANCES.map((instance, n) =>
      syntheticAppend({
        instance,
        seq: 1,
        tasks: [
          {
            change: 'add',
            task: syntheticTask({
              id: instance,
              dueAt: minute(1),
              ...(n % 8 === 5 ? { kind } : {}),
            }),
          },
        ],
      }),
    );
    const answers = await Promise.allSettled(inputs.map((input) => store.commits.append(input)));
    for (const [n, answer] of answers.entries()) {
      const id = `i${n}`;
      if (n % 8 === 5) {
        expect(answer, id).toMatchObject({ reason: { code: 'store-damaged' } });
      } else {
        expect(answer, id).toMatchObject({ value: { kind: 'committed' } });
        expect(await store.instances.get(id), id).toMatchObject({ seq: 1 });
        expect(await store.tasks.get(id), id).toMatchObject({ state: 'due' });
      }
    }
  });

  test('of one instance are brought in their order', async () => {
    const url = server?.newDatabase() ?? '';
    const store = await openMongoStore({ url, mode: 'serve' });
    onTestFinished(() => store.close());
    const models = await mongoModels(url);
    const task = syntheticTask({ id: 't', dueAt: minute(1) });
    const steps: readonly TaskChange[] = [
      { change: 'add', task },
      { change: 'cancel', id: 't' },
      { change: 'add', task },
      { change: 'cancel', id: 't' },
    ];
    let previous: string | null = null;
    const left: UnprojectedCommit[] = [];
    for (const [n, change] of steps.entries()) {
      const of = { instance: 'one', seq: n + 1, previous, row: { title: `after ${n + 1}` } };
      const input: AppendInput = syntheticAppend({ ...of, tasks: [change] });
      if (n < 2) await store.commits.append(input);
      else left.unshift(await appendAndEnd(models, input));
      previous = input.commit.hash;
    }
    const others = INSTANCES.slice(0, 3).map((instance) => syntheticAppend({ instance, seq: 1 }));
    const busy: UnprojectedCommit[] = [];
    for (const other of others) busy.push(await appendAndEnd(models, other));
    const projector = createProjector({ models });
    await Promise.all([...busy, ...left].map((commit) => projector.project(commit)));
    expect(await store.tasks.get('t')).toMatchObject({ state: 'cancelled' });
    expect(await store.instances.get('one')).toMatchObject({ seq: 4, title: 'after 4' });
  });

  test('what does not fit is never taken for what is there already', async () => {
    const { personal } = await mongoModels(server?.newDatabase() ?? '');
    // somebody else’s, in the place of the first
    await personal.insertMany([
      { _id: 'i1/v', instance: 'another', valueId: 'v', salt: '', value: null },
    ]);
    const misfit = { ...VALUE, id: 'misfit', salt: {} as never };
    const values = [VALUE, misfit, { ...VALUE, id: 'w' }];
    await expect(projectPersonal({ personal } as Models, values)).rejects.toThrow();
  });

  test('that are damaged keep nothing from being brought, however many they are', async () => {
    const url = server?.newDatabase() ?? '';
    const store = await openMongoStore({ url, mode: 'serve' });
    onTestFinished(() => store.close());
    const models = await mongoModels(url);
    const kind = {} as never;
    for (let n = 0; n < 101; n += 1) {
      const task = syntheticTask({ id: `m${n}`, dueAt: minute(1), kind });
      const tasks = [{ change: 'add', task }] as const;
      await appendAndEnd(models, syntheticAppend({ instance: `misfit${n}`, seq: 1, tasks }));
    }
    await appendAndEnd(models, first);
    const ask = { now: minute(2), limit: 5, owner: 'w', leaseMs: 60_000 };
    expect((await store.tasks.claim(ask)).map(({ id }) => id)).toEqual(['t']);
    expect(await store.tasks.stuck()).toHaveLength(101);
  });
});
