import { expect, test } from 'vitest';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { withOlderCalendar } from './older-calendar.ts';
import { scene } from './scene.ts';

test('what other public holidays move is recorded by itself, with that reason, before the next step', async () => {
  const story = await scene();
  const asker = { kind: 'person', person: story.manager } as const;
  const { services, place } = story;
  const request = { workflow: 'working-days', partnership: place.id, form: {} };
  const { instance } = await startWorkflow(services, asker, request);
  const dueAt = (await story.history(instance)).at(-1)?.timers[0]?.dueAt;
  const seq = await withOlderCalendar(story, instance, '2026-04-07T23:00:00.000Z');
  const answer = await sendEvent(services, asker, {
    instance,
    event: 'LOOK',
    fields: {},
    expectedSeq: seq,
  });
  expect(answer.seq).toBe(seq + 2);
  const [moved, looked] = (await story.history(instance)).slice(-2);
  expect(moved?.event).toMatchObject({ type: 'concordat.calendar', before: 'GB-ENG 0.0.1' });
  expect(moved?.story).toBe('Moved, because public holidays changed: The answer is due');
  expect(moved?.timers).toMatchObject([{ dueAt }]);
  expect(moved?.cause).toEqual({ kind: 'system' });
  expect(looked?.event.type).toBe('LOOK');
  expect(looked?.timers).toEqual(moved?.timers);
  const due = await services.store.tasks.list({ state: 'due', instance, limit: 9 });
  expect(due.map((task) => [task.kind, task.dueAt])).toContainEqual(['deadline', dueAt]);
  await sendEvent(services, asker, { instance, event: 'LOOK', fields: {} });
  expect((await story.history(instance)).at(-1)?.seq).toBe(seq + 3);
});
