import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConcordatError } from '../../../engine/errors.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { as, sampleWorld, type SampleWorld } from '../../support/sample-world.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

let server: TestServer;
let world: SampleWorld;
/** Records whose newest entry cannot be read. */
const damaged = new Set<string>();

beforeAll(async () => {
  server = await startTestServer();
  world = await sampleWorld(server);
  const { commits } = server.services.store;
  const head = commits.head.bind(commits);
  Object.assign(commits, {
    head: (instance: string) =>
      damaged.has(instance)
        ? Promise.reject(new ConcordatError('store-damaged', 'a flipped bit'))
        : head(instance),
  });
});
afterAll(async () => {
  await server.stop();
});

test('a record that belongs here and cannot be read is not passed over in silence: the page says whom to tell', async () => {
  await sendEvent(server.services, as(world.lead), {
    instance: world.shelter.instance,
    event: 'CALL_REVIEW',
    fields: { reviewDate: '2026-05-29', reviewReason: 'Is it working?' },
  });
  await server.worker.drain();
  const { rows } = await server.services.store.instances.list({
    partnership: world.shelter.id,
    workflow: 'review',
    limit: 1,
  });
  const review = rows[0]?.id ?? '';
  const browser = await server.signIn(world.lead);
  const course = `/instances/${world.shelter.instance}`;
  const pages = [course, `/partnerships/${world.shelter.id}`, '/dates', '/work'];
  for (const path of pages) {
    expect((await browser.get(path)).text, path).not.toContain('could not be read');
  }
  damaged.add(review);
  // what was read when it was sound counts until the day ends
  server.clock.advanceTo('2026-03-24T09:00:00.000Z');
  for (const path of pages) {
    const { status, text } = await browser.get(path);
    expect(status, path).toBe(200);
    expect(text, path).toContain('One record that belongs here could not be read');
    expect(text, path).toContain('Tell whoever administers this installation');
  }
  damaged.delete(review);
});

test('of a confidential record that cannot be read nobody hears but an administrator', async () => {
  damaged.add(world.dispute);
  server.clock.advanceTo('2026-03-25T09:00:00.000Z');
  const stranger = await server.signIn(world.stranger);
  const administrator = await server.signIn(server.administrator);
  expect((await stranger.get('/dates')).text).not.toContain('could not be read');
  expect((await administrator.get('/dates')).text).toContain('could not be read');
  damaged.delete(world.dispute);
});
