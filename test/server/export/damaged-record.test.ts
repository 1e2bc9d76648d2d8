import { expect, onTestFinished, test } from 'vitest';
import { ConcordatError } from '../../../engine/errors.ts';
import { exportPartnership } from '../../../server/use-cases/export-partnership.ts';
import { sampleWorld } from '../../support/sample-world.ts';
import { startTestServer } from '../../support/test-server.ts';

test('a record that cannot be read stops an export, and is not passed over as not for its reader', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.stop());
  const world = await sampleWorld(server);
  const { store } = server.services;
  const head = (instance: string) =>
    instance === world.dispute
      ? Promise.reject(new ConcordatError('store-damaged', 'a flipped bit'))
      : store.commits.head(instance);
  const services = {
    ...server.services,
    store: { ...store, commits: { ...store.commits, head } },
  };
  const request = { partnership: world.shelter.id, reader: world.trustManager };
  const sink = { add: () => Promise.resolve() };
  await expect(exportPartnership(services, request, sink)).rejects.toMatchObject({
    code: 'store-damaged',
  });
});
