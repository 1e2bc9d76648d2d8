import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import type { Answers } from './answer-form.ts';
import type { Part } from './cast.ts';
import { fillIn } from './do-event.ts';
import type { StoryPlace } from './story-server.ts';
import { type Visitor, visitor } from './visitor.ts';

/** Somebody opens the personal link in the mail about something, on a phone, in a browser of their own. */
export async function openMail(
  server: StoryPlace,
  browser: Browser,
  given: {
    readonly to: Part;
    readonly about: string;
    readonly javaScript: boolean;
    readonly checked?: boolean;
  },
): Promise<Visitor> {
  const { to, about, ...options } = given;
  const mail = await server.mail.waitFor(
    ({ recipients, subject }) => recipients.includes(to.email) && subject.startsWith(about),
  );
  const link = mail.links.find((address) => address.includes('/l/')) ?? '';
  const somebody = await visitor(browser, { width: 360, ...options, url: server.url });
  await somebody.open(link);
  return somebody;
}

/** On the page of a link: chooses something besides its main form, does it, and comes back. */
export async function doByLink(
  server: StoryPlace,
  somebody: Visitor,
  label: string,
  answers: Answers,
): Promise<void> {
  const link = somebody.page.url();
  await somebody.follow(label);
  await fillIn(somebody, answers);
  expect(await somebody.text()).toContain('Recorded');
  await server.settle();
  await somebody.open(link);
}
