import type { Browser } from 'playwright-core';
import { AMINA, COUNCIL, HOUSE, type Part } from './cast.ts';
import { fillIn } from './do-event.ts';
import { press } from './answer-form.ts';
import type { StoryPlace } from './story-server.ts';
import { type Visitor, visitor } from './visitor.ts';

/** The first minutes: the printed link, the set-up form, the readiness page and a test mail. */
export async function setUp(server: StoryPlace, amina: Visitor): Promise<void> {
  const { page } = amina;
  await amina.open(server.setUpLink);
  await fillIn(amina, {
    'What shall this installation be called?': 'Northshire Partnerships',
    'Your organisation': COUNCIL,
    'What kind of organisation is it?': 'Council',
    'Your name': AMINA.name,
    'Your e-mail address': AMINA.email,
  });
  await page.getByRole('heading', { name: 'Is everything ready?' }).waitFor();
  await press(page, page.getByRole('button', { name: 'Send me a test mail' }));
  await amina.check();
  await server.mail.waitFor(({ recipients }) => recipients.includes(AMINA.email));
}

/** The coordinator sets up a partnership of two organisations; the page then shows it. */
export async function setUpPartnership(amina: Visitor, title: string): Promise<void> {
  await amina.open('/partnerships');
  await amina.follow('Set up a partnership');
  await fillIn(amina, {
    'Name of the partnership': title,
    'What it is for': 'People who flee violence at home find one door, and tell their story once.',
    'Which organisation leads?': COUNCIL,
    'Organisations that are not listed yet': [
      {
        'Name of the organisation': HOUSE,
        'What kind of organisation is it?': 'Charity or community organisation',
      },
    ],
  });
}

/** From the page of the partnership to its people, and back. */
export async function invite(
  server: StoryPlace,
  amina: Visitor,
  parts: readonly Part[],
): Promise<void> {
  const home = amina.page.url();
  for (const { name, email, organisation, roles, authority } of parts) {
    await amina.open(`${home}/people`);
    await amina.follow('Invite somebody');
    await fillIn(amina, {
      'Their name': name,
      'Their e-mail address': email,
      'For which organisation do they act?': organisation,
      'What is their part?': roles,
      ...(authority === undefined ? {} : { 'Written authority to sign': authority }),
    });
  }
  await server.settle();
  await amina.open(home);
}

/** Somebody who was invited opens the mail and signs in with the link in it. */
export async function signInByInvitation(
  server: StoryPlace,
  browser: Browser,
  { email }: Part,
  options: { readonly javaScript: boolean; readonly checked?: boolean },
): Promise<Visitor> {
  const mail = await server.mail.waitFor(({ recipients }) => recipients.includes(email));
  const somebody = await visitor(browser, { ...options, url: server.url });
  await somebody.open(mail.links[0] ?? '');
  await somebody.page.getByLabel('The e-mail address this link was sent to').fill(email);
  await press(somebody.page, somebody.page.getByRole('button', { name: 'Sign in' }).last());
  await somebody.check();
  return somebody;
}
