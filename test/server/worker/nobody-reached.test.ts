import { expect, onTestFinished, test } from 'vitest';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { readOutbox } from '../../support/read-outbox.ts';
import { startTestServer } from '../../support/test-server.ts';
import { scene } from './scene.ts';

const SUBJECT = /^Nobody could be asked/u;

test('when whoever owes it has left, the coordinator is told at the first reminder, and once', async () => {
  const story = await scene();
  const { server, services } = story;
  await story.ask('Beds', '2026-03-30');
  const person = await services.store.directory.person(story.manager.id);
  await services.store.directory.putPerson({
    ...(person ?? story.manager),
    disabledAt: services.clock.now(),
  });
  for (const day of ['2026-03-16', '2026-03-23', '2026-03-28', '2026-03-31', '2026-04-07']) {
    story.goTo(day);
    await server.worker.drain();
  }
  const told = (await readOutbox(server.outbox)).filter(({ subject }) =>
    SUBJECT.test(subject ?? ''),
  );
  expect(told).toHaveLength(1);
  expect(told[0]?.to).toMatchObject({
    text: expect.stringContaining(server.administrator.email),
  });
  expect(told[0]?.text).toContain('The answer is due');
  expect(told[0]?.text).toContain('Manager');
});

test('an organisation that is waited for and has nobody who can be asked is named', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.stop());
  const { services, administrator, clock } = server;
  const council = await server.organisation('Moorland Council');
  const charity = await server.organisation('Harbour Refuge');
  const place = await server.partnership('North Coast', [council, charity]);
  await server.member(place, council, 'Mary Manager', ['lead', 'manager']);
  const day = (weeks: number): string =>
    new Date(Date.parse(clock.now()) + weeks * 7 * 86_400_000).toISOString();
  await sendEvent(
    services,
    { kind: 'person', person: administrator },
    {
      instance: place.instance,
      event: 'CALL_REVIEW',
      fields: { reviewDate: day(20).slice(0, 10), reviewReason: 'A year has passed.' },
    },
  );
  await server.worker.drain();
  clock.advanceTo(day(9));
  await server.worker.drain();
  const told = (await readOutbox(server.outbox)).filter(({ subject }) =>
    SUBJECT.test(subject ?? ''),
  );
  expect(told).toHaveLength(1);
  expect(told[0]?.text).toContain('Give the position of your organisation');
  expect(told[0]?.text).toContain('Harbour Refuge');
  expect(told[0]?.text).not.toContain('- Moorland Council');
});
