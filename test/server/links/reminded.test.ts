import { afterEach, expect, it } from 'vitest';
import { letterToSign, type LetterStory } from '../../support/letter-story.ts';
import { linksTo, readOutbox } from '../../support/read-outbox.ts';

let letter: LetterStory | undefined;
afterEach(async () => {
  await letter?.server.stop();
});

async function goOn(days: number): Promise<void> {
  const { clock, worker } = (letter as LetterStory).server;
  clock.advanceTo(new Date(Date.parse(clock.now()) + days * 86_400_000).toISOString());
  await worker.drain();
}

it('a reminder brings the personal link again, and says what happens if nobody answers', async () => {
  letter = await letterToSign();
  const { server } = letter;
  const [ann, bob] = letter.executives;
  const asked = await letter.linkOf(ann);
  await goOn(8);
  const reminded = await letter.linkOf(ann);
  expect(reminded).not.toBe(asked);
  const mail = (await readOutbox(server.outbox)).findLast(({ subject }) =>
    subject?.startsWith('Reminder: your signature'),
  );
  expect(mail?.text).toContain('What happens otherwise: It counts as overdue');
  expect(mail?.text).toContain('do not forward this mail');

  // She signs from the newer mail: the older one then says that it was used, and nobody asks her again.
  const sign = { confirmName: ann.name, _key: 'a' };
  expect((await server.browser().post(`${reminded}/do/SIGN`, sign)).status).toBe(303);
  expect((await server.browser().get(asked)).status).toBe(410);
  const mails = (await linksTo(server.outbox, ann.email)).length;
  await goOn(7);
  expect(await linksTo(server.outbox, ann.email)).toHaveLength(mails);
  // The link of whoever has not signed has expired: the mail brings one in its place.
  const chased = await letter.linkOf(bob);
  expect((await server.browser().get(chased)).status).toBe(200);
  expect((await server.browser().get(chased)).text).toContain('Bob Executive');
});

it('a reminder opens no link that was taken back', async () => {
  letter = await letterToSign();
  const { server, instance } = letter;
  const [ann] = letter.executives;
  const { links } = server.services.store;
  for (const link of await links.listByInstance(instance)) {
    await links.put({ ...link, state: 'withdrawn' });
  }
  const before = await linksTo(server.outbox, ann.email);
  await goOn(11);
  expect(await linksTo(server.outbox, ann.email)).toEqual(before);
  const mail = (await readOutbox(server.outbox)).at(-1);
  expect(mail?.text).toContain(`/instances/${instance}`);
});
