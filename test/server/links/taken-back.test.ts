import { expect, test } from 'vitest';
import { newLink } from '../../../server/store/new-link.ts';
import { withdrawLink } from '../../../server/use-cases/withdraw-link.ts';
import { visitScene } from '../personal/visit-scene.ts';

test('no field of a workflow takes a link back, whatever it is called; the coordinator does', async () => {
  const { server, asManager, visit } = await visitScene();
  const { services, clock, administrator } = server;
  const body = visit({ subject: 'Open day' });
  const { instance } = await asManager.post<{ instance: string }>('/instances', body);
  const link = newLink({
    id: 'l1',
    purpose: 'take-part',
    person: administrator.id,
    instance,
    events: ['CHANGE'],
    tokenHashes: ['hash'],
    createdAt: clock.now(),
    expiresAt: '2027-01-01T00:00:00.000Z',
  });
  await services.store.links.put(link);
  const change = { event: 'CHANGE', fields: { withdraws: [link.id] } };
  await asManager.post(`/instances/${instance}/events`, change);
  expect((await services.store.links.get(link.id))?.state).toBe('open');
  const asker = { kind: 'person', person: administrator } as const;
  const taken = { instance, link: link.id, reason: 'Sent in error', idempotencyKey: 'once' };
  await withdrawLink(services, asker, taken);
  expect((await services.store.links.get(link.id))?.state).toBe('withdrawn');
});
