import type { Locator, Page } from 'playwright-core';

/**
 * What is answered under a label: a text; a date as 2027-03-01; the words of a choice; several of
 * them; rows; or the fields of a group. `true` ticks a box that stands alone.
 */
type Answer = string | true | readonly Answer[] | Answers;
export interface Answers {
  readonly [label: string]: Answer;
}

/** Fills in a generated form as people do: by the labels they read. */
export async function answerForm(page: Page, answers: Answers): Promise<void> {
  await answerIn(page.locator('main form').first(), answers);
}

/** Presses the main button of a form. */
export async function sendForm(page: Page): Promise<void> {
  const main = page.locator('main form button.govuk-button:not(.govuk-button--secondary)');
  await press(page, main.first());
}

/** Presses a button and waits for the page it leads to. */
export async function press(page: Page, button: Locator): Promise<void> {
  await Promise.all([page.waitForEvent('domcontentloaded'), button.click()]);
}

async function answerIn(scope: Locator, answers: Answers): Promise<void> {
  for (const [label, answer] of Object.entries(answers)) {
    const group = scope.getByRole('group', { name: exactly(label) });
    if ((await group.count()) > 0) await answerGroup(group.first(), answer);
    else await answerControl(scope.getByLabel(exactly(label)).first(), answer, label);
  }
}

async function answerGroup(group: Locator, answer: Answer): Promise<void> {
  if (typeof answer === 'string') {
    const isDate = (await group.locator(':scope > .govuk-date-input').count()) > 0;
    if (isDate) return answerDate(group, answer);
    await group.getByLabel(exactly(answer)).first().check();
    return;
  }
  if (isList(answer)) {
    const isRows = (await group.locator(':scope > input[name$=".rows"]').count()) > 0;
    if (isRows) return answerRows(group, answer);
    for (const choice of answer) {
      if (typeof choice === 'string') await group.getByLabel(exactly(choice)).check();
    }
    return;
  }
  await answerIn(group, answer as Answers);
}

async function answerRows(group: Locator, answers: readonly Answer[]): Promise<void> {
  for (const [index, answer] of answers.entries()) {
    const row = group.locator(':scope > .app-list__item').nth(index);
    if ((await row.count()) === 0) {
      await press(group.page(), group.locator(':scope > button.app-list__add'));
    }
    if (typeof answer === 'string') {
      const choice = row.getByLabel(exactly(answer));
      const control = row.locator('input:not([type="hidden"]), textarea, select').first();
      if ((await choice.count()) > 0) await choice.check();
      else await answerControl(control, answer, `row ${index + 1}`);
    } else await answerGroup(row.locator(':scope > .govuk-form-group > fieldset').first(), answer);
  }
}

async function answerDate(group: Locator, date: string): Promise<void> {
  const [year = '', month = '', day = ''] = date.split('-');
  await group.getByLabel('Day').fill(String(Number(day)));
  await group.getByLabel('Month').fill(String(Number(month)));
  await group.getByLabel('Year').fill(year);
}

async function answerControl(control: Locator, answer: Answer, label: string): Promise<void> {
  if (answer === true) return control.check();
  if (typeof answer !== 'string') throw new Error(`“${label}” takes one answer`);
  const isSelect = await control.evaluate((element) => element.tagName === 'SELECT');
  await (isSelect ? control.selectOption({ label: answer }) : control.fill(answer));
}

/** The label alone, or with what stands behind it: "(optional)", ", in British pounds". */
function exactly(label: string): RegExp {
  const words = label.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);
  return new RegExp(String.raw`^\s*${words}(, in [\w ]+)?(\s*\(optional\))?\s*$`, 'u');
}

function isList(answer: Answer): answer is readonly Answer[] {
  return Array.isArray(answer);
}
