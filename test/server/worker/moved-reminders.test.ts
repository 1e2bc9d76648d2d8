import { expect, test } from 'vitest';
import { TASK_RUNNERS } from '../../../server/effects/run-task.ts';
import type { Services } from '../../../server/services.ts';
import type { Task } from '../../../server/store/task.ts';
import { changeWorkflowSettings } from '../../../server/use-cases/workflow-settings.ts';
import { correctData } from '../../../server/use-cases/correct-data.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { createWorker } from '../../../server/worker/worker.ts';
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

test.each([
  ['reminder', '2026-03-16', 'Due soon'],
  ['chase', '2026-04-07', 'Overdue'],
] as const)(
  'a %s that is in hand while its date is corrected is not sent from the old date',
  async (kind, day, subject) => {
    const story = await scene();
    const { services, server } = story;
    const instance = await story.ask('Beds', '2026-03-30');
    if (kind === 'chase') {
      story.goTo('2026-03-31');
      await server.worker.drain();
    }
    const told = async (): Promise<number> =>
      (await readOutbox(server.outbox)).filter((mail) => mail.subject?.startsWith(subject)).length;
    const before = await told();
    story.goTo(day);
    let begun = 0;
    const worker = createWorker(services, {
      runners: {
        ...TASK_RUNNERS,
        async [kind](own: Services, task: Task) {
          begun += 1;
          await correctData(services, story.coordinator, {
            instance,
            changes: { answerBy: '2026-06-30' },
            reason: 'It was the wrong month',
          });
          await TASK_RUNNERS[kind](own, task);
        },
      },
    });
    await worker.drain();
    expect(begun).toBe(1);
    expect(await told()).toBe(before);
  },
);
