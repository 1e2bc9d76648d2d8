import { expect, test } from 'vitest';
import { fireDeadline } from '../../../server/effects/fire-deadline.ts';
import { remind } from '../../../server/effects/remind.ts';
import { correctData } from '../../../server/use-cases/correct-data.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { readOutbox } from '../../support/read-outbox.ts';
import { scene, type Scene } from './scene.ts';

// The story begins on 2 March 2026.

async function subjects({ server }: Scene): Promise<readonly string[]> {
  const mails = await readOutbox(server.outbox);
  return mails.flatMap(({ subject = '' }) =>
    /^(Due soon|Overdue)/u.test(subject) ? [subject] : [],
  );
}

test('each reminder and chase comes once, on its day', async () => {
  const story = await scene();
  const instance = await story.ask('Beds', '2026-03-30');
  const seen: [string, number][] = [];
  for (let day = 3; day <= 31 + 14; day += 1) {
    const date = new Date(Date.UTC(2026, 2, day)).toISOString().slice(0, 10);
    story.goTo(date);
    const before = (await subjects(story)).length;
    await story.server.worker.drain();
    const sent = (await subjects(story)).length - before;
    if (sent > 0) seen.push([date, sent]);
  }
  expect(seen).toEqual([
    ['2026-03-16', 1],
    ['2026-03-23', 1],
    ['2026-03-28', 1],
    ['2026-03-31', 1],
    ['2026-04-07', 1],
    ['2026-04-14', 1],
  ]);
  const last = (await story.history(instance)).at(-1);
  expect(last?.snapshot.data['passed']).toBe(1);
});

test('a reminder whose day has passed is not sent; after a month switched off only the newest chase is', async () => {
  const story = await scene();
  await story.ask('Beds', '2026-03-30');
  story.goTo('2026-05-06');
  await story.server.worker.drain();
  expect(await subjects(story)).toEqual([
    expect.stringMatching(/^Overdue in Safe at home: The answer is due – .*Beds/u),
  ]);
  story.goTo('2026-05-12');
  await story.server.worker.drain();
  expect(await subjects(story)).toHaveLength(2);
});

test('of the chases of a deadline one is due at a time: the next when it has gone, none when the state is left', async () => {
  const story = await scene();
  const instance = await story.ask('Beds', '2026-03-30');
  const { tasks } = story.services.store;
  const seen = new Set<string>();
  const due = async () => {
    const all = await tasks.list({ state: 'due', instance, limit: 99 });
    const chases = all.filter(({ kind }) => kind === 'chase');
    for (const { id } of chases) seen.add(id);
    return chases.map(({ id, dueAt }) => [id.split('/').at(-1), dueAt.slice(0, 10)]);
  };
  const ends = () => Promise.all([...seen].map(async (id) => (await tasks.get(id))?.state));
  expect(await due()).toEqual([['0', '2026-03-31']]);
  story.goTo('2026-03-31');
  await story.server.worker.drain();
  expect(await due()).toEqual([['1', '2026-04-07']]);
  // A month switched off: one mail, and the next one lies ahead.
  story.goTo('2026-05-06');
  await story.server.worker.drain();
  expect(await due()).toEqual([['6', '2026-05-12']]);
  expect(await ends()).toEqual(['done', 'done', 'due']);
  expect(await subjects(story)).toHaveLength(2);
  await story.send(instance, 'ANSWER');
  expect(await due()).toEqual([]);
  expect(await ends()).toEqual(['done', 'done', 'cancelled']);
});

test('a chase that ran twice is sent once and brings one next', async () => {
  const story = await scene();
  const instance = await story.ask('Beds', '2026-03-30');
  story.goTo('2026-04-01');
  const { tasks } = story.services.store;
  const [chase] = (await tasks.list({ state: 'due', instance, limit: 99 })).filter(
    ({ kind }) => kind === 'chase',
  );
  if (!chase) throw new Error('no chase is due');
  await remind(story.services, chase);
  story.goTo('2026-04-16');
  await remind(story.services, chase);
  expect(await subjects(story)).toHaveLength(1);
  const due = await tasks.list({ state: 'due', instance, limit: 99 });
  expect(due.filter(({ kind, id }) => kind === 'chase' && id !== chase.id)).toHaveLength(1);
});

test('of several reminders that were missed people get the newest', async () => {
  const story = await scene();
  await story.ask('Beds', '2026-03-30');
  story.goTo('2026-03-24');
  await story.server.worker.drain();
  expect(await subjects(story)).toEqual([
    expect.stringMatching(/^Due soon in Safe at home: The answer is due – .*Beds/u),
  ]);
});

test('nobody is chased for what has been answered', async () => {
  const story = await scene();
  const instance = await story.ask('Beds', '2026-03-30');
  await story.send(instance, 'ANSWER');
  story.goTo('2026-05-06');
  await story.server.worker.drain();
  expect(await subjects(story)).toEqual([]);
});

test('a deadline comes although somebody sent something under its key before', async () => {
  const story = await scene();
  const instance = await story.ask('Beds', '2026-03-30');
  const [timer] = (await story.history(instance)).at(-1)?.timers ?? [];
  const idempotencyKey = `${instance}/${timer?.timer}/${timer?.visit}/${timer?.dueAt}`;
  expect(await story.services.store.tasks.get(idempotencyKey)).toBeDefined();
  const asker = { kind: 'person', person: story.manager } as const;
  const call = { instance, event: 'CALL', fields: {}, idempotencyKey };
  await sendEvent(story.services, asker, call);
  story.goTo('2026-04-01');
  await story.server.worker.drain();
  expect((await story.history(instance)).at(-1)?.snapshot.data['passed']).toBe(1);
});

test('a deadline that a slow clock takes for early is tried again and not lost', async () => {
  const story = await scene();
  await story.ask('Beds', '2026-03-30');
  const { store, clock } = story.services;
  const due = await store.tasks.list({ state: 'due', limit: 99 });
  const deadline = due.find(({ kind, detail }) => kind === 'deadline' && detail['deadline']);
  if (!deadline) throw new Error('no deadline is due');
  await expect(fireDeadline(story.services, deadline)).rejects.toMatchObject({ code: 'conflict' });
  expect(clock.now() < deadline.dueAt).toBe(true);
  story.goTo('2026-04-01');
  await fireDeadline(story.services, deadline);
  await fireDeadline(story.services, deadline);
  const { instance } = deadline;
  expect((await story.history(instance)).at(-1)?.snapshot.data['passed']).toBe(1);
});

test('a task never takes what something else has recorded under its key for its own doing', async () => {
  const story = await scene();
  const instance = await story.ask('Beds', '2026-03-30');
  const [timer] = (await story.history(instance)).at(-1)?.timers ?? [];
  const key = `${instance}/${timer?.timer}/${timer?.visit}/${timer?.dueAt}`;
  await story.services.runtime.send({
    instance,
    event: { type: 'concordat.note', story: 'Under the key of the deadline' },
    source: { kind: 'engine' },
    by: null,
    cause: { kind: 'system' },
    idempotencyKey: key,
  });
  story.goTo('2026-04-01');
  await story.server.worker.drain();
  const task = await story.services.store.tasks.get(key);
  expect(task).toMatchObject({ state: 'due', tries: 1 });
});

test('a deadline that a correction has moved fires once, at the new time', async () => {
  const story = await scene();
  const instance = await story.ask('Beds', '2026-03-30');
  story.goTo('2026-03-20');
  await story.server.worker.drain();
  const { services, coordinator } = story;
  const changes = { answerBy: '2026-04-20' };
  await correctData(services, coordinator, { instance, changes, reason: 'Easter' });
  const passed = async (): Promise<unknown> =>
    (await story.history(instance)).at(-1)?.snapshot.data['passed'];
  story.goTo('2026-04-10');
  await story.server.worker.drain();
  expect(await passed()).toBe(0);
  story.goTo('2026-04-21');
  await story.server.worker.drain();
  await story.server.worker.drain();
  expect(await passed()).toBe(1);
  const fired = (await story.history(instance)).filter(({ story: said }) =>
    said.includes('reached'),
  );
  expect(fired).toHaveLength(1);
});
