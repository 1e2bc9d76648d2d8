import { expect } from 'vitest';
import { answerForm, type Answers, sendForm } from './answer-form.ts';
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
  await page.goto(record);
}

/** Fills in the form of the page and sends it; fails with what the page says when it comes back. */
export async function fillIn(somebody: Visitor, answers: Answers): Promise<void> {
  const { page } = somebody;
  try {
    await answerForm(page, answers);
  } catch (error) {
    throw new Error(`the form cannot be filled in:\n${await somebody.text()}`, { cause: error });
  }
  await sendForm(page);
  await somebody.check();
  const summary = page.locator('.govuk-error-summary');
  expect(await summary.allInnerTexts()).toEqual([]);
}

/** Opens every fold of the page, so that what is in it can be read and pressed. */
async function openFolds({ page }: Visitor): Promise<void> {
  for (const fold of await page.locator('main details').all()) {
    const isOpen = (await fold.getAttribute('open')) !== null;
    if (!isOpen) await fold.locator(':scope > summary').click();
  }
}
