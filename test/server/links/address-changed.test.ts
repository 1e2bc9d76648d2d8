import { afterEach, expect, it } from 'vitest';
import type { Person } from '../../../server/store/directory.ts';
import { type PersonAnswers, putPerson } from '../../../server/use-cases/manage-people.ts';
import { removeMember } from '../../../server/use-cases/invite-person.ts';
import { letterToSign, type LetterStory } from '../../support/letter-story.ts';
import { linksTo } from '../../support/read-outbox.ts';
import { as } from '../../support/sample-world.ts';

let letter: LetterStory | undefined;
afterEach(async () => {
  await letter?.server.stop();
});

/** The administrator changes what is known of a person. */
function change(
  { server }: LetterStory,
  person: Person,
  more: Partial<PersonAnswers>,
): Promise<Person> {
  const { name, email, organisation, coordinator, administrator } = person;
  const known = { name, email, organisation, coordinator, administrator, maySignIn: true };
  return putPerson(server.services, as(server.administrator), person.id, { ...known, ...more });
}

it('whoever read the mails of a wrong address can do nothing with them once it is put right', async () => {
  letter = await letterToSign();
  const { server } = letter;
  const [ann] = letter.executives;
  const [invitation = ''] = await linksTo(server.outbox, ann.email);
  const toSign = await letter.linkOf(ann);
  const stranger = await server.signIn(ann);
  expect((await stranger.get('/work')).status).toBe(200);

  const right = 'ann.executive@lodz.example';
  await change(letter, ann, { email: right });
  expect((await stranger.get('/work')).status).toBe(303);
  // the right address can be guessed by whoever was taken for her
  for (const email of [ann.email, right]) {
    const answer = await server.browser().post(new URL(invitation).pathname, { email });
    expect(answer.location, email).toBeNull();
  }
  const browser = server.browser();
  const closed = await browser.get(toSign);
  expect(closed.status).toBe(410);
  expect(closed.text).toContain('Your e-mail address has changed');
  const sign = { confirmName: ann.name, _key: 'a' };
  expect((await browser.post(`${toSign}/do/SIGN`, sign)).status).toBe(410);
  expect((await letter.data())['signatures']).toEqual([]);

  // she has one sent to where she really is, and signs
  expect((await browser.post(`${toSign}/new`)).text).toContain('A new link is on its way');
  const [fresh = ''] = await linksTo(server.outbox, right);
  const done = await server.browser().post(`${new URL(fresh).pathname}/do/SIGN`, sign);
  expect(done.status).toBe(303);
  expect((await letter.data())['signatures']).toMatchObject([{ person: ann.id }]);
});

it('whoever may no longer sign in decides nothing by the links they have, nor has a new one sent', async () => {
  letter = await letterToSign();
  const { server } = letter;
  const [ann] = letter.executives;
  const link = await letter.linkOf(ann);
  const signedIn = await server.signIn(ann);
  await change(letter, ann, { maySignIn: false });
  const browser = server.browser();
  expect((await browser.get(link)).status).toBe(410);
  const sign = { confirmName: ann.name, _key: 'a' };
  expect((await browser.post(`${link}/do/SIGN`, sign)).status).toBe(410);
  const before = (await linksTo(server.outbox, ann.email)).length;
  await browser.post(`${link}/new`, { confirmName: ann.name });
  expect(await linksTo(server.outbox, ann.email)).toHaveLength(before);
  expect((await signedIn.get('/work')).status).toBe(303);
  expect((await letter.data())['signatures']).toEqual([]);
});

it('a name that is put right leaves links and sessions as they are', async () => {
  letter = await letterToSign();
  const [ann] = letter.executives;
  const browser = await letter.server.signIn(ann);
  await change(letter, ann, { name: 'Anne Executive' });
  expect((await browser.get('/work')).status).toBe(200);
  expect((await browser.get(await letter.linkOf(ann))).status).toBe(200);
});

it('a link that was used tells whoever has left no more of how it went on', async () => {
  letter = await letterToSign();
  const { server, instance } = letter;
  const [ann] = letter.executives;
  const link = await letter.linkOf(ann);
  const browser = server.browser();
  await browser.post(`${link}/do/SIGN`, { confirmName: ann.name, _key: 'a' });
  expect((await browser.get(`${link}/done/SIGN`)).text).toContain('Being signed');
  const row = await server.services.store.instances.get(instance);
  await removeMember(server.services, as(server.administrator), {
    partnership: row?.partnership ?? '',
    person: ann.id,
  });
  for (const path of [link, `${link}/done/SIGN`]) {
    const { text, status } = await browser.get(path);
    expect(status, path).toBe(410);
    expect(text, path).toContain('This link has been used');
    expect(text, path).not.toContain('Being signed');
    expect(text, path).not.toContain('Ŵyn Trust');
  }
});
