import { expect, onTestFinished, test } from 'vitest';
import { visibleInstance } from '../../../server/access/visible-instance.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../../server/use-cases/start-workflow.ts';
import { as, sampleWorld } from '../../support/sample-world.ts';
import { startTestServer } from '../../support/test-server.ts';

test('whoever has left the partnership sees no confidential record, also one that names them', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.stop());
  const world = await sampleWorld(server);
  const { services } = server;
  const { practitioner, shelter } = world;
  const { instance } = await startWorkflow(services, as(practitioner), {
    workflow: 'dispute',
    partnership: shelter.id,
    form: { subject: 'Who keeps the keys' },
  });
  const { head } = await visibleInstance(services, as(practitioner), instance);
  expect(JSON.stringify(head.commit.snapshot.data)).toContain(practitioner.id);
  await services.store.directory.removeMembership(shelter.id, practitioner.id);
  await expect(visibleInstance(services, as(practitioner), instance)).rejects.toMatchObject({
    code: 'not-found',
  });
  const act = { instance, event: 'WITHDRAW', fields: {} };
  await expect(sendEvent(services, as(practitioner), act)).rejects.toMatchObject({
    code: 'not-found',
  });
});
