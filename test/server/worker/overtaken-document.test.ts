import { expect, test } from 'vitest';
import { TASK_RUNNERS } from '../../../server/effects/run-task.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { createWorker } from '../../../server/worker/worker.ts';
import { scene } from './scene.ts';

test('a document that took long does not replace the newer text, and the history tells of it', async () => {
  const story = await scene();
  const { server, services, manager, place } = story;
  const asker = { kind: 'person', person: manager } as const;
  const form = { text: 'The old text' };
  const request = { workflow: 'paper', partnership: place.id, form };
  const { instance } = await startWorkflow(services, asker, request);
  const send = (event: string, fields = {}) =>
    sendEvent(services, asker, { instance, event, fields });
  await send('PUBLISH');
  const failing = createWorker(services, {
    runners: { ...TASK_RUNNERS, document: () => Promise.reject(new Error('once')) },
  });
  await failing.drain();
  await send('CHANGE', { text: 'The new text' });
  await send('PUBLISH');
  // Only the new text is due now; the first try of the old one comes later.
  await server.worker.drain();
  const published = (await story.history(instance)).at(-1);
  expect(published?.snapshot.value).toBe('published');
  expect(published?.snapshot.documents['paper']?.title).toBe('The new text');
  story.later(600);
  await server.worker.drain();
  const after = (await story.history(instance)).at(-1);
  expect(after?.snapshot.documents).toEqual(published?.snapshot.documents);
  expect(after?.event).toMatchObject({ what: 'document-overtaken', title: 'The old text' });
  expect(await services.store.tasks.list({ state: 'parked', limit: 9 })).toEqual([]);
  const browser = await server.signIn(manager);
  const page = await browser.get(`/instances/${instance}/history`);
  expect(page.text).toContain('Put aside, for the text has been changed since: The old text');
});

test('a first text that comes late, while it is being changed, does not become the document', async () => {
  const story = await scene();
  const { server, services, manager, place } = story;
  const asker = { kind: 'person', person: manager } as const;
  const form = { text: 'The first text' };
  const request = { workflow: 'paper', partnership: place.id, form };
  const { instance } = await startWorkflow(services, asker, request);
  const send = (event: string, fields = {}) =>
    sendEvent(services, asker, { instance, event, fields });
  await send('PUBLISH');
  await send('CHANGE', { text: 'The second text' });
  await server.worker.drain();
  const late = (await story.history(instance)).at(-1);
  expect(late?.snapshot.value).toBe('writing');
  expect(late?.snapshot.documents).toEqual({});
  expect(late?.event).toMatchObject({ what: 'document-overtaken', title: 'The first text' });
  await send('PUBLISH');
  await server.worker.drain();
  const published = (await story.history(instance)).at(-1);
  expect(published?.snapshot.value).toBe('published');
  expect(published?.snapshot.documents['paper']?.title).toBe('The second text');
});
