import { afterEach, expect, it } from 'vitest';
import { readCommit } from '../../../server/runtime/head.ts';
import type { Actor } from '../../../server/store/commit.ts';
import { apiClientOf } from '../../support/api-client.ts';
import { letterToSign, type LetterStory } from '../../support/letter-story.ts';

let pledge: LetterStory | undefined;
afterEach(async () => {
  await pledge?.server.stop();
});

async function signed(story: LetterStory): Promise<readonly (Actor | null)[]> {
  const { commits } = story.server.services.store;
  const history = await commits.history(story.instance, { limit: 50 });
  return history.map(readCommit).flatMap(({ event, by }) => (event.type === 'SIGN' ? [by] : []));
}

it('a signature is taken in the name of whoever was asked, and in no other', async () => {
  pledge = await letterToSign({}, 'pledge');
  const [ann] = pledge.executives;
  const link = await pledge.linkOf(ann);
  const browser = pledge.server.browser();
  // a program that fills in every field, and an assistant to whom the mail was passed on
  for (const fullName of ['test', 'on', 'Paula Assistant', '.']) {
    const answer = await browser.post(`${link}/do/SIGN`, { fullName, _key: 'a' });
    expect(answer.status, fullName).toBe(422);
    expect(answer.text, fullName).toContain('This link is for Ann Executive alone');
    expect(answer.text, fullName).toContain('href="#fullName"');
  }
  expect(await signed(pledge)).toEqual([]);
  const own = await browser.post(`${link}/do/SIGN`, { fullName: 'Dr. A. EXECUTIVE, OBE' });
  expect(own.status).toBe(303);
  expect(await signed(pledge)).toMatchObject([{ person: ann.id, proof: 'link' }]);
});

it('a signature carries by what it was known who gave it', async () => {
  pledge = await letterToSign({}, 'pledge');
  const { server, instance, executives, manager } = pledge;
  const [ann, bob] = executives;
  const browser = await server.signIn(ann);
  const page = await browser.get(`/instances/${instance}/do/SIGN`);
  const manifest = /name="_manifest" value="([0-9a-f]{64})"/u.exec(page.text)?.[1] ?? '';
  const fields = { fullName: ann.name, _manifest: manifest, _step: 'send' };
  expect((await browser.post(`/instances/${instance}/do/SIGN`, fields)).status).toBe(303);
  const program = await apiClientOf(server, bob);
  const body = { event: 'SIGN', fields: { fullName: bob.name }, manifest };
  await program.post(`/instances/${instance}/events`, body);
  expect(await signed(pledge)).toMatchObject([
    { person: ann.id, proof: 'signed-in' },
    { person: bob.id, proof: 'token' },
  ]);
  expect((await pledge.data())['signatures']).toMatchObject([
    { proof: 'signed-in' },
    { proof: 'token' },
  ]);
  const { text } = await (await server.signIn(manager)).get(`/instances/${instance}/history`);
  expect(text).toContain('by a program with their token');
});
