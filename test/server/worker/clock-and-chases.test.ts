import { expect, test } from 'vitest';
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
  expect(await subjects(story)).toEqual(['Overdue: The answer is due']);
  story.goTo('2026-05-12');
  await story.server.worker.drain();
  expect(await subjects(story)).toHaveLength(2);
});

test('of several reminders that were missed people get the newest', async () => {
  const story = await scene();
  await story.ask('Beds', '2026-03-30');
  story.goTo('2026-03-24');
  await story.server.worker.drain();
  expect(await subjects(story)).toEqual(['Due soon: The answer is due']);
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
