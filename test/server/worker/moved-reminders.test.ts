import { expect, test } from 'vitest';
import { changeWorkflowSettings } from '../../../server/use-cases/workflow-settings.ts';
import { correctData } from '../../../server/use-cases/correct-data.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { readOutbox } from '../../support/read-outbox.ts';
import { scene, type Scene } from './scene.ts';

/** Notice of a day in April, told a fortnight and five working days before it. */
async function notice(story: Scene): Promise<string> {
  const asker = { kind: 'person', person: story.manager } as const;
  const form = { subject: 'Beds', answerBy: '2026-04-30', days: 5 };
  const request = { workflow: 'notice', partnership: story.place.id, form };
  return (await startWorkflow(story.services, asker, request)).instance;
}

/** The days on which the reminders that are still due will go out. */
async function remindersOf({ services }: Scene, instance: string): Promise<string[]> {
  const due = await services.store.tasks.list({ state: 'due', instance, limit: 100 });
  return due.flatMap(({ kind, dueAt }) => (kind === 'reminder' ? dueAt.slice(0, 10) : [])).sort();
}

test('a reminder follows the setting that says when it comes, and goes out once', async () => {
  const story = await scene();
  const instance = await notice(story);
  expect(await remindersOf(story, instance)).toEqual(['2026-04-16', '2026-04-23']);
  const change = (value: string) =>
    changeWorkflowSettings(story.services, story.coordinator, 'notice', { notice: value });
  await change('P21D');
  expect(await remindersOf(story, instance)).toEqual(['2026-04-09', '2026-04-23']);
  await change('P2D');
  expect(await remindersOf(story, instance)).toEqual(['2026-04-23', '2026-04-28']);
  story.goTo('2026-04-27');
  await story.server.worker.drain();
  // Its day is past before it is said that it comes then: nobody is told late.
  await change('P20D');
  expect(await remindersOf(story, instance)).toEqual([]);
  await change('P1D');
  expect(await remindersOf(story, instance)).toEqual(['2026-04-29']);
  story.goTo('2026-04-29');
  await story.server.worker.drain();
  const mails = await readOutbox(story.server.outbox);
  expect(mails.filter(({ subject }) => subject?.startsWith('Due soon'))).toHaveLength(2);
});

test('a reminder follows the data that say when it comes', async () => {
  const story = await scene();
  const instance = await notice(story);
  await correctData(story.services, story.coordinator, {
    instance,
    changes: { days: 10 },
    reason: 'Two weeks are needed',
  });
  expect(await remindersOf(story, instance)).toEqual(['2026-04-16', '2026-04-16']);
});
