import { expect, test } from 'vitest';
import { removeMember } from '../../../server/use-cases/invite-person.ts';
import { apiClientOf } from '../../support/api-client.ts';
import { visitScene } from '../personal/visit-scene.ts';

test('whoever is removed from a partnership no longer opens what still names them', async () => {
  const { server, council, place, asManager, visit } = await visitScene();
  const guide = await server.member(place, council, 'Gita Guide', ['observer']);
  const asGuide = await apiClientOf(server, guide);
  const body = visit({ subject: 'Open day', guide: guide.id });
  const { instance } = await asManager.post<{ instance: string }>('/instances', body);
  const seen = await asGuide.get<{ data: { guide: string } }>(`/instances/${instance}`);
  expect(seen.data.guide).toBe(guide.id);
  const asker = { kind: 'person', person: server.administrator } as const;
  await removeMember(server.services, asker, { partnership: place.id, person: guide.id });
  const { code } = await asGuide.refused('GET', `/instances/${instance}`);
  expect(code).toBe('not-found');
});
