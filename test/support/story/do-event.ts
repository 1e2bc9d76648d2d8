import { expect } from 'vitest';
import { answerForm, type Answers, press, sendForm } from './answer-form.ts';
import type { StoryServer } from './story-server.ts';
import type { Visitor } from './visitor.ts';

/** On the page of a record: chooses something that can be done, fills in its form and sends it. */
export async function doEvent(
  server: Pick<StoryServer, 'settle'>,
  somebody: Visitor,
  label: string,
  answers: Answers = {},
): Promise<void> {
  const { page } = somebody;
  const record = page.url();
  await openFolds(somebody);
  await somebody.follow(label);
  await fillIn(somebody, answers);
  expect(page.url(), label).toBe(record);
  await server.settle();
  await somebody.open(record);
}

/**
 * Fills in the form of the page and sends it, checking each page on the way; fails with what the page
 * says when it comes back.
 */
export async function fillIn(somebody: Visitor, answers: Answers): Promise<void> {
  const { page } = somebody;
  const rows = page.locator('.app-list__item');
  const given = await rows.count();
  try {
    await answerForm(page, answers);
  } catch (error) {
    throw new Error(`the form cannot be filled in:\n${await somebody.text()}`, { cause: error });
  }
  if ((await rows.count()) !== given) await somebody.check();
  await sendForm(page);
  await somebody.check();
  const send = page.locator('main button.govuk-button[name="_step"][value="send"]');
  if ((await send.count()) > 0) {
    await press(page, send);
    await somebody.check();
  }
  const summary = page.locator('.govuk-error-summary');
  expect(await summary.allInnerTexts()).toEqual([]);
}

/** Opens every fold of the page, so that what is in it can be read and pressed. */
export async function openFolds({ page }: Visitor): Promise<void> {
  for (const fold of await page.locator('main details').all()) {
    const isOpen = (await fold.getAttribute('open')) !== null;
    if (!isOpen) await fold.locator(':scope > summary').click();
  }
}
