import { expect, test } from 'vitest';
import { TASK_RUNNERS } from '../../../server/effects/run-task.ts';
import { readInstance } from '../../../server/use-cases/read-instance.ts';
import { createWorker } from '../../../server/worker/worker.ts';
import { retryParkedTasks } from '../../../server/use-cases/parked-tasks.ts';
import { readOutbox } from '../../support/read-outbox.ts';
import { scene, type Scene } from './scene.ts';

// The story begins on 2 March 2026; after the day there are ten chases, a week apart.

const FIRST_CHASE = Date.UTC(2026, 2, 31);

function week(count: number): string {
  return new Date(FIRST_CHASE + count * 7 * 86_400_000).toISOString().slice(0, 10);
}

async function mails({ server }: Scene, subject: RegExp) {
  return (await readOutbox(server.outbox)).filter(
    // The partnership has dates of its own.
    (mail) => subject.test(mail.subject ?? '') && mail.subject?.includes('The answer is due'),
  );
}

async function weeks(story: Scene, from: number, to: number): Promise<void> {
  for (let count = from; count <= to; count += 1) {
    story.goTo(week(count));
    await story.server.worker.drain();
  }
}

test('when the last chase has gone unheard the coordinator is told once that it is theirs, and it stays overdue', async () => {
  const story = await scene();
  const instance = await story.ask('Beds', '2026-03-30');
  await weeks(story, 0, 9);
  const chases = await mails(story, /^Overdue/u);
  expect(chases).toHaveLength(10);
  expect(chases.map(({ text }) => text?.includes('the last mail about it') === true)).toEqual([
    ...Array.from({ length: 9 }, () => false),
    true,
  ]);
  expect(await mails(story, /^With you now/u)).toEqual([]);
  await weeks(story, 10, 40);
  const [handover, ...more] = await mails(story, /^With you now/u);
  expect(more).toEqual([]);
  expect(handover?.subject).toBe('With you now in Safe at home: The answer is due – Answer: Beds');
  expect(handover?.text).toContain('We have stopped chasing this; it is now with you');
  expect(handover?.text).toContain('tried 10 times');
  const { administrator } = story.server;
  expect(handover?.to).toMatchObject({ text: expect.stringContaining(administrator.email) });
  expect(await mails(story, /^Overdue/u)).toHaveLength(10);
  const last = (await story.history(instance)).at(-1);
  expect(last?.story).toContain('Nobody is chased any more for “{deadline}”');
  const view = await readInstance(story.services, story.coordinator, instance);
  expect(view.deadlines).toMatchObject([{ passed: true, handedOver: true }]);
  expect((await story.services.store.instances.get(instance))?.overdue).toBe(true);
  expect(await story.services.store.tasks.list({ state: 'due', instance, limit: 9 })).toEqual([]);
});

test('what was answered is handed over to nobody', async () => {
  const story = await scene();
  const instance = await story.ask('Beds', '2026-03-30');
  await weeks(story, 0, 9);
  await story.send(instance, 'ANSWER');
  await weeks(story, 10, 12);
  expect(await mails(story, /^With you now/u)).toEqual([]);
});

test('after a year switched off there is one chase, and then the handover', async () => {
  const story = await scene();
  await story.ask('Beds', '2026-03-30');
  story.goTo('2027-06-01');
  await story.server.worker.drain();
  await story.server.worker.drain();
  expect(await mails(story, /^Overdue/u)).toHaveLength(1);
  expect(await mails(story, /^With you now/u)).toHaveLength(1);
});

test('a chase that cannot be sent holds back none of those after it, and can be sent by hand until the next has gone', async () => {
  const story = await scene();
  const instance = await story.ask('Beds', '2026-03-30');
  const { services, server, coordinator } = story;
  const failing = createWorker(services, {
    maxTries: 1,
    runners: { ...TASK_RUNNERS, chase: () => Promise.reject(new Error('no such template')) },
  });
  story.goTo(week(0));
  await failing.drain();
  const { tasks } = services.store;
  expect(await tasks.list({ state: 'parked', instance, limit: 9 })).toMatchObject([
    { kind: 'chase' },
  ]);
  const passed = (await story.history(instance)).find(
    ({ event }) => event['what'] === 'chase-passed-over',
  );
  expect(passed?.event['deadline']).toBe('The answer is due');
  await retryParkedTasks(services, coordinator, 'all');
  await server.worker.drain();
  expect(await mails(story, /^Overdue/u)).toHaveLength(1);
  await weeks(story, 1, 1);
  expect(await mails(story, /^Overdue/u)).toHaveLength(2);
  story.goTo(week(2));
  await failing.drain();
  await weeks(story, 3, 3);
  await retryParkedTasks(services, coordinator, 'all');
  await server.worker.drain();
  expect(await mails(story, /^Overdue/u)).toHaveLength(3);
  await weeks(story, 4, 12);
  expect(await mails(story, /^Overdue/u)).toHaveLength(9);
  expect(await mails(story, /^With you now/u)).toHaveLength(1);
});
