import { afterEach, expect, it } from 'vitest';
import { readCommit } from '../../../server/runtime/head.ts';
import { apiClientOf } from '../../support/api-client.ts';
import { invitePerson } from '../../../server/use-cases/invite-person.ts';
import { letterToSign, type LetterStory } from '../../support/letter-story.ts';
import { as } from '../../support/sample-world.ts';

let letter: LetterStory | undefined;
afterEach(async () => {
  await letter?.server.stop();
});

it('nobody records their own authority to sign, and a signature carries who recorded it and when, for all to read', async () => {
  letter = await letterToSign();
  const { server, manager, executives } = letter;
  const { services } = server;
  const [partnership] = await services.store.directory.partnerships();
  const part = (person: { name: string; email: string; organisation: string }) => ({
    partnership: partnership?.id ?? '',
    name: person.name,
    email: person.email,
    organisation: person.organisation,
  });
  const own = invitePerson(services, as(manager), {
    ...part(manager),
    roles: ['manager', 'signatory'],
    authority: 'Because I say so',
  });
  await expect(own).rejects.toMatchObject({
    code: 'not-allowed',
    userMessage: expect.stringContaining('Nobody records their own authority') as string,
  });
  await expect(
    invitePerson(services, as(manager), {
      ...part(manager),
      roles: ['manager'],
      authority: 'Scheme of delegation, 4.2',
    }),
  ).rejects.toMatchObject({ code: 'not-allowed' });

  const [ann] = executives;
  server.clock.advanceTo('2026-03-02T11:00:00.000Z');
  await invitePerson(services, as(manager), {
    ...part(ann),
    roles: ['signatory'],
    authority: 'Scheme of delegation, 4.2',
  });
  const link = await letter.linkOf(ann);
  server.clock.advanceTo('2026-03-02T12:00:00.000Z');
  const sign = { confirmName: 'Ann Executive', _key: 'a' };
  expect((await server.browser().post(`${link}/do/SIGN`, sign)).status).toBe(303);
  const history = (await services.store.commits.history(letter.instance, { limit: 50 })).map(
    readCommit,
  );
  const signed = history.find(({ event }) => event.type === 'SIGN');
  expect(signed?.by).toEqual({
    person: ann.id,
    organisation: ann.organisation,
    role: 'signatory',
    authority: 'Scheme of delegation, 4.2',
    authorityBy: manager.id,
    authorityAt: '2026-03-02T11:00:00.000Z',
    proof: 'link',
  });

  const said =
    'Authority: Scheme of delegation, 4.2 (recorded by Mina Manager on 2 March 2026 at 11am (London time))';
  const browser = await server.signIn(manager);
  for (const path of ['', '/history']) {
    const { text } = await browser.get(`/instances/${letter.instance}${path}`);
    expect(text, path).toContain(said);
  }
  const client = await apiClientOf(server, manager);
  const { items } = await client.get<{ items: readonly { event: string; by: unknown }[] }>(
    `/instances/${letter.instance}/history`,
  );
  expect(items.find(({ event }) => event === 'SIGN')?.by).toMatchObject({
    authorityBy: manager.id,
    authorityAt: '2026-03-02T11:00:00.000Z',
  });
});

it('one’s other roles can be changed without touching the authority that a colleague recorded', async () => {
  letter = await letterToSign();
  const { server, executives } = letter;
  const { services } = server;
  const [ann] = executives;
  const [partnership] = await services.store.directory.partnerships();
  const request = {
    partnership: partnership?.id ?? '',
    name: ann.name,
    email: ann.email,
    organisation: ann.organisation,
    authority: null,
  };
  await invitePerson(services, as(server.administrator), {
    ...request,
    roles: ['signatory', 'manager'],
  });
  await invitePerson(services, as(ann), { ...request, roles: ['signatory', 'manager', 'legal'] });
  const members = await services.store.directory.members(request.partnership);
  expect(members.find(({ person }) => person === ann.id)).toMatchObject({
    roles: ['signatory', 'manager', 'legal'],
    recorded: { by: server.administrator.id },
  });
});
