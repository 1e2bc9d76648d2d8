import { expect, onTestFinished, test } from 'vitest';
import { correctData } from '../../../server/use-cases/correct-data.ts';
import { readInstance } from '../../../server/use-cases/read-instance.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { as } from '../../support/sample-world.ts';
import { readOutbox } from '../../support/read-outbox.ts';
import { startTestServer } from '../../support/test-server.ts';

test('a correction of a confidential record is told to nobody who may not see the record', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.stop());
  const { services, worker } = server;
  const council = await server.organisation('Harbour Council');
  const trust = await server.organisation('Vale Trust');
  const place = await server.partnership('Safe at home', [council, trust]);
  const raiser = await server.member(place, council, 'Mary Ann', ['manager', 'lead']);
  const outsider = await server.member(place, trust, 'Pat Lowe', ['practitioner']);
  const coordinator = as(server.administrator);
  const { instance } = await startWorkflow(services, as(raiser), {
    workflow: 'dispute',
    partnership: place.id,
    form: { subject: 'Who pays for the night nurse' },
  });
  await worker.drain();
  await expect(readInstance(services, as(outsider), instance)).rejects.toThrow();
  await correctData(services, coordinator, {
    instance,
    changes: { subject: 'Who pays for the night doctor' },
    reason: 'It is about the doctor.',
  });
  await worker.drain();
  const told = (await readOutbox(server.outbox)).filter(({ text }) =>
    text?.includes('It is about the doctor.'),
  );
  const addresses = told.flatMap(({ to }) => (Array.isArray(to) ? to : [to])).map((to) => to?.text);
  expect(addresses.join()).toContain(raiser.email);
  expect(addresses.join()).not.toContain(outsider.email);
});
