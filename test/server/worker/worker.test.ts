import { expect, onTestFinished, test } from 'vitest';
import { ConcordatError } from '../../../engine/errors.ts';
import { type RunTask, TASK_RUNNERS } from '../../../server/effects/run-task.ts';
import { smtpSender } from '../../../server/mail/smtp-sender.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { createWorker } from '../../../server/worker/worker.ts';
import { startMailCatcher } from '../../support/mail-catcher.ts';
import { readOutbox } from '../../support/read-outbox.ts';
import { scene } from './scene.ts';

test('what a worker brings after its lease has run out changes nothing, and nothing is there twice', async () => {
  const story = await scene();
  const { services, server } = story;
  const instance = await story.ask('Beds', '2026-03-30');
  story.goTo('2026-03-28');
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const begun: string[] = [];
  const slow = createWorker(services, {
    runners: {
      ...TASK_RUNNERS,
      async reminder(own, task) {
        begun.push(task.id);
        await held;
        await TASK_RUNNERS.reminder(own, task);
      },
    },
  });
  const paused = slow.drain();
  while (begun.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  story.later(11);
  await server.worker.drain();
  const after = await services.store.tasks.get(begun[0] ?? '');
  expect(after).toMatchObject({ state: 'done', tries: 1, finishedAt: services.clock.now() });
  story.later(60);
  goOn();
  await paused;
  expect(await services.store.tasks.get(begun[0] ?? '')).toEqual(after);
  const notes = (await story.history(instance)).filter(({ event }) => event['what'] === 'mail');
  expect(notes).toHaveLength(1);
  const mails = await readOutbox(server.outbox);
  expect(mails.filter(({ subject }) => subject?.startsWith('Due soon'))).toHaveLength(1);
});

test('a worker whose lease has run out does not complete what another has in hand', async () => {
  const story = await scene();
  const { services } = story;
  await story.ask('Beds', '2026-03-30');
  story.goTo('2026-03-16');
  const holding: { readonly id: string; readonly goOn: () => void }[] = [];
  const worker = () =>
    createWorker(services, {
      runners: {
        ...TASK_RUNNERS,
        reminder: (_own, { id }) =>
          new Promise<void>((goOn) => {
            holding.push({ id, goOn });
          }),
      },
    }).drain();
  const first = worker();
  await expect.poll(() => holding.length).toBe(1);
  story.later(11);
  const second = worker();
  await expect.poll(() => holding.length).toBe(2);
  const [before, now] = holding;
  expect(now?.id).toBe(before?.id);
  before?.goOn();
  await first;
  const kept = await services.store.tasks.get(now?.id ?? '');
  expect(kept).toMatchObject({ state: 'due', tries: 0, lease: { token: 2 } });
  now?.goOn();
  await second;
  expect(await services.store.tasks.get(now?.id ?? '')).toMatchObject({ state: 'done', tries: 1 });
});

test('a task that always fails is parked, blocks no other, and is done when a person asks again', async () => {
  const story = await scene();
  const { services, server } = story;
  const poisoned = await story.ask('Poisoned', '2026-03-30');
  const healthy = await story.ask('Healthy', '2026-03-30');
  story.goTo('2026-03-28');
  let tries = 0;
  const worker = createWorker(services, {
    maxTries: 3,
    runners: {
      ...TASK_RUNNERS,
      async reminder(own, task) {
        const hurt = task.instance === poisoned && task.id.endsWith('/2');
        if (!hurt) return TASK_RUNNERS.reminder(own, task);
        tries += 1;
        throw new Error('this cannot be done');
      },
    },
  });
  await worker.drain();
  const told = (await story.history(healthy)).filter(({ event }) => event['what'] === 'mail');
  expect(told).toHaveLength(1);
  for (let round = 0; round < 10; round += 1) {
    story.later(60);
    await worker.drain();
  }
  expect(tries).toBe(3);
  const [parked, ...more] = await services.store.tasks.list({ state: 'parked', limit: 9 });
  expect(more).toEqual([]);
  expect(parked).toMatchObject({ instance: poisoned, tries: 3, lease: null });
  expect(parked?.lastError).not.toBeNull();
  expect(await services.store.tasks.unpark(parked?.id ?? '', services.clock.now())).toBe(true);
  await server.worker.drain();
  expect((await services.store.tasks.get(parked?.id ?? ''))?.state).toBe('done');
});

test('news that does not fit what the record holds is shown to a person, and not passed over', async () => {
  const story = await scene();
  const { services } = story;
  const instance = await story.ask('Beds', '2026-03-30');
  const worker = createWorker(services, { maxTries: 2 });
  // each is heard twice, and there is room for fifty
  for (let call = 0; call < 26; call += 1) await story.send(instance, 'CALL');
  for (let round = 0; round < 4; round += 1) {
    await worker.drain();
    story.later(600);
  }
  const events = (await story.history(instance)).map(({ event }) => event);
  expect(events.filter(({ type }) => type === 'HEAR')).toHaveLength(50);
  expect(events.filter(({ what }) => what === 'signal-not-taken')).toEqual([]);
  const parked = await services.store.tasks.list({ state: 'parked', limit: 9 });
  expect(parked).toHaveLength(2);
  for (const task of parked) expect(task).toMatchObject({ kind: 'signal', tries: 2 });
});

test('what only a newer server knows is left to it for an hour, and is told of when none has come', async () => {
  const story = await scene();
  const { services } = story;
  await story.ask('Beds', '2026-03-30');
  story.goTo('2026-03-28');
  let asked = 0;
  const worker = createWorker(services, {
    maxTries: 3,
    runners: {
      ...TASK_RUNNERS,
      async reminder() {
        asked += 1;
        throw new ConcordatError('not-known-here', 'of a newer version');
      },
    },
  });
  // not all were due at this moment
  const late = (await services.store.tasks.list({ state: 'due', limit: 99 })).filter(
    ({ dueAt }) => dueAt >= '2026-03-27T09',
  );
  for (let round = 0; round < 6; round += 1) {
    await worker.drain();
    story.later(60);
  }
  expect(asked).toBeGreaterThanOrEqual(6);
  const left = await services.store.tasks.get(late[0]?.id ?? '');
  expect(left).toMatchObject({ state: 'due', tries: 0, lastError: null, lease: null });
  for (let round = 0; round < 4; round += 1) {
    story.later(3_600);
    await worker.drain();
  }
  expect(await services.store.tasks.get(late[0]?.id ?? '')).toMatchObject({
    state: 'parked',
    tries: 3,
  });
});

test('a mail server that hangs while somebody is told of a parked task holds up no other task', async () => {
  let answer = (): void => undefined;
  const hanging = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const subjects: string[] = [];
  const story = await scene({
    mail: {
      async send({ subject }) {
        subjects.push(subject);
        if (/needs your attention/iu.test(subject)) await hanging;
        return { response: '250' };
      },
      kind: 'outbox',
      verify: () => Promise.resolve(),
      abandon: () => undefined,
      describe: () => 'hangs',
      close: () => Promise.resolve(),
    },
  });
  const { services } = story;
  const poisoned = await story.ask('Poisoned', '2026-03-30');
  const healthy = await story.ask('Healthy', '2026-03-30');
  const worker = createWorker(services, {
    maxTries: 1,
    concurrency: 1,
    idleMs: 20,
    runners: {
      ...TASK_RUNNERS,
      start: (own, task) =>
        task.instance === poisoned
          ? Promise.reject(new Error('this cannot be done'))
          : TASK_RUNNERS.start(own, task),
    },
  });
  await story.send(poisoned, 'CALL');
  story.later(1);
  await story.send(healthy, 'CALL');
  worker.start();
  const began = performance.now();
  const children = async () => (await story.history(healthy)).at(-1)?.snapshot.children.length ?? 0;
  const parked = () => services.store.tasks.list({ state: 'parked', limit: 9 });
  while ((await children()) === 0 && performance.now() - began < 5_000) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await children()).toBe(1);
  expect(await parked()).toHaveLength(1);
  answer();
  await worker.stop();
  expect(subjects.filter((subject) => /needs your attention/iu.test(subject))).toHaveLength(1);
});

test('a mail server that hangs delays mail alone, and its mail goes out once when it is back', async () => {
  const catcher = await startMailCatcher({ mode: 'hang' });
  onTestFinished(() => catcher.close());
  const smtp = { kind: 'smtp', host: '127.0.0.1', port: catcher.port, secure: false } as const;
  const times = { connect: 400, silence: 800, mail: 1_200 };
  catcher.mode('accept');
  const mail = smtpSender({ ...smtp, login: null, startTls: 'off' }, { times });
  const story = await scene({ mail });
  const { server, services } = story;
  const asked: string[] = [];
  for (let n = 0; n < 12; n += 1) asked.push(await story.ask(`Beds ${n}`, '2026-03-30'));
  catcher.mode('hang');
  story.goTo('2026-03-28');
  const worker = createWorker(services, { idleMs: 20 });
  worker.start();
  onTestFinished(() => worker.stop());
  const began = performance.now();
  for (const instance of asked) await story.send(instance, 'CALL');
  worker.wake();
  const heard = async (): Promise<number> => {
    const heads = await Promise.all(asked.map((instance) => story.history(instance)));
    return heads.filter((history) => String(history.at(-1)?.snapshot.children.length) === '1')
      .length;
  };
  while ((await heard()) < asked.length && performance.now() - began < 15_000) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // The children were started and have called back while not one mail had gone out.
  expect(await heard()).toBe(asked.length);
  const soon = (): number =>
    catcher.mails().filter(({ subject }) => subject.startsWith('Due soon')).length;
  expect(soon()).toBe(0);
  await worker.stop();
  catcher.mode('accept');
  story.later(30);
  await server.worker.drain();
  expect(soon()).toBe(asked.length);
  expect(await services.store.tasks.list({ state: 'parked', limit: 9 })).toEqual([]);
});

test('signals arrive in the order they were sent, also when an early one has to be tried again', async () => {
  const story = await scene();
  const { services } = story;
  const instance = await story.ask('Beds', '2026-03-30');
  await story.send(instance, 'CALL');
  let failures = 2;
  const worker = createWorker(services, {
    runners: {
      ...TASK_RUNNERS,
      async signal(own, task) {
        if (task.id.endsWith(':1:0') && failures > 0) {
          failures -= 1;
          throw new ConcordatError('store-unreadable', 'for a moment');
        }
        await TASK_RUNNERS.signal(own, task);
      },
    },
  });
  await worker.drain();
  const child = (await story.history(instance)).at(-1)?.snapshot.children[0]?.instance ?? '';
  await story.send(child, 'GO_ON');
  for (let round = 0; round < 8; round += 1) {
    await worker.drain();
    story.later(30);
  }
  expect(failures).toBe(0);
  const heard = (await story.history(instance)).at(-1)?.snapshot.data['heard'];
  expect(heard).toEqual([{ word: 'one' }, { word: 'two' }, { word: 'three' }]);
});

test('deadlines and mails go on while many documents wait to be drawn, and few of these are in hand at once', async () => {
  const story = await scene();
  const { services, place, manager } = story;
  const asker = { kind: 'person', person: manager } as const;
  const asked: string[] = [];
  for (let n = 0; n < 6; n += 1) asked.push(await story.ask(`Beds ${n}`, '2026-03-30'));
  const papers: string[] = [];
  for (let n = 0; n < 40; n += 1) {
    const request = { workflow: 'paper', partnership: place.id, form: { text: `Paper ${n}` } };
    const { instance } = await startWorkflow(services, asker, request);
    await sendEvent(services, asker, { instance, event: 'PUBLISH', fields: {} });
    papers.push(instance);
  }
  // the documents have been due for longer than the deadlines
  story.goTo('2026-03-31');
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const drawing = { now: 0, most: 0 };
  const worker = createWorker(services, {
    idleMs: 10,
    runners: {
      ...TASK_RUNNERS,
      async document(own, task) {
        drawing.now += 1;
        drawing.most = Math.max(drawing.most, drawing.now);
        await held;
        await TASK_RUNNERS.document(own, task);
        drawing.now -= 1;
      },
    },
  });
  worker.start();
  onTestFinished(() => {
    goOn();
    return worker.stop();
  });
  const passed = async (): Promise<number> => {
    const records = await Promise.all(asked.map((one) => story.history(one)));
    return records.filter((one) => one.at(-1)?.snapshot.data['passed'] === 1).length;
  };
  await expect.poll(passed, { timeout: 20_000 }).toBe(asked.length);
  const subjects = async (): Promise<number> =>
    (await readOutbox(story.server.outbox)).filter(({ subject }) => subject?.startsWith('Overdue'))
      .length;
  await expect.poll(subjects, { timeout: 20_000 }).toBe(asked.length);
  expect(drawing.most).toBe(services.config.workers + 1);
  goOn();
  const published = async (): Promise<number> =>
    (await Promise.all(papers.map((one) => services.store.instances.get(one)))).filter(
      (row) => row?.state === 'published',
    ).length;
  await expect.poll(published, { timeout: 60_000 }).toBe(papers.length);
  expect(drawing.most).toBe(services.config.workers + 1);
});

test('a worker that stops gives back what it has not begun', async () => {
  const story = await scene();
  const { services } = story;
  for (let n = 0; n < 8; n += 1) await story.ask(`Beds ${n}`, '2026-03-30');
  story.goTo('2026-03-28');
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const begun: string[] = [];
  const worker = createWorker(services, {
    concurrency: 4,
    idleMs: 10,
    runners: {
      ...TASK_RUNNERS,
      async reminder(_own, task) {
        begun.push(task.id);
        await held;
      },
    },
  });
  worker.start();
  while (begun.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  const stopped = worker.stop();
  goOn();
  await stopped;
  expect(begun).toHaveLength(4);
  const now = services.clock.now();
  const due = await services.store.tasks.list({ state: 'due', limit: 999 });
  const given = due.filter(({ kind, nextAt }) => kind === 'reminder' && nextAt <= now);
  expect(given.map(({ lease, tries }) => [lease, tries])).toContainEqual([null, 0]);
  expect(given.every(({ lease }) => lease === null)).toBe(true);
});

test('what is given back by a worker that waits no longer is done by another at once, and what it brings after that counts no more', async () => {
  const story = await scene();
  const { services, server } = story;
  // one is chased by then, the others are reminded
  const chased = await story.ask('Overdue', '2026-03-08');
  for (let n = 0; n < 3; n += 1) await story.ask(`Beds ${n}`, '2026-03-30');
  story.goTo('2026-03-10');
  await server.worker.drain();
  story.goTo('2026-03-16');
  const held: { readonly id: string; readonly kind: string; end(how?: Error): void }[] = [];
  const hold: RunTask = (_own, { id, kind }) =>
    new Promise<void>((done, fail) => {
      held.push({ id, kind, end: (how) => (how ? fail(how) : done()) });
    });
  const worker = createWorker(services, {
    idleMs: 10,
    maxTries: 1,
    runners: { ...TASK_RUNNERS, reminder: hold, chase: hold },
  });
  worker.start();
  await expect.poll(() => held.length).toBe(4);
  const failing = held.find(({ kind }) => kind === 'chase');
  const [completed, late, silent] = held.filter((one) => one !== failing);
  const all = () =>
    Promise.all(
      [completed, late, silent, failing].map((one) => services.store.tasks.get(one?.id ?? '')),
    );
  const stopped = worker.stop();
  // one is through while it waits for the others
  completed?.end();
  await expect.poll(async () => (await all())[0]?.state).toBe('done');
  expect(await worker.giveBack()).toBe(3);
  const given = { state: 'due', tries: 0, lease: null, lastError: null };
  expect(await all()).toMatchObject([{ state: 'done', tries: 1 }, given, given, given]);
  // it failed because it was broken off, which is no failed chase, nor told as one
  const before = await story.history(chased);
  const mailsBefore = (await readOutbox(server.outbox)).length;
  failing?.end(new Error('broken off'));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await all())[3]).toMatchObject(given);
  expect(await story.history(chased)).toEqual(before);
  await server.worker.drain();
  const after = await all();
  expect(after.map((task) => [task?.state, task?.tries])).toEqual(held.map(() => ['done', 1]));
  late?.end();
  silent?.end(new Error('broken off'));
  await stopped;
  expect(await all()).toEqual(after);
  // two reminders and the chase
  expect(await readOutbox(server.outbox)).toHaveLength(mailsBefore + 3);
});
