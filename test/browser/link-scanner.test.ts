import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, sayIfNoChromium } from '../support/chromium.ts';
import { type LetterStory, letterToSign } from '../support/letter-story.ts';

sayIfNoChromium('a link scanner with a real browser');

const PRESSABLE = 'a[href], button, input[type=submit], summary, [role=button]';
interface Form {
  submit(): void;
}

/** Asking for a new link ends this one, so it is pressed last. */
const NEW_LINK = 'form[action$="/new"]';

describe.skipIf(chromiumPath === undefined)('a link scanner with a real browser', () => {
  let browser: Browser;
  let letter: LetterStory;

  beforeAll(async () => {
    letter = await letterToSign();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await letter.server.stop();
  });

  /** Everything that can be pressed on a page, and on the pages that its links lead to. */
  async function pressEverything(
    context: BrowserContext,
    address: string,
    without: string,
  ): Promise<number> {
    const pressable = `:is(${PRESSABLE}):not(${without} *)`;
    const scan = await context.newPage();
    await scan.goto(address);
    const count = await scan.locator(pressable).count();
    await scan.close();
    for (let index = 0; index < count; index += 1) {
      const page = await context.newPage();
      await page.goto(address);
      await unfold(page);
      await page
        .locator(pressable)
        .nth(index)
        .click({ timeout: 2_000, force: true })
        .catch(() => undefined);
      await page.waitForLoadState().catch(() => undefined);
      // Scripts that send every form as it stands, past what the browser would ask for.
      await page
        .locator(`form:not(${without})`)
        .evaluateAll((forms) => forms.map((form) => (form as unknown as Form).submit()))
        .catch(() => undefined);
      await page.waitForLoadState().catch(() => undefined);
      await page.close();
    }
    return count;
  }

  async function unfold(page: Page): Promise<void> {
    await page.evaluate(
      "for (const fold of document.querySelectorAll('details')) fold.open = true",
    );
  }

  test('that opens an approval link, runs its scripts and presses all it finds decides nothing', {
    timeout: 240_000,
  }, async () => {
    const [ann] = letter.executives;
    const before = { data: await letter.data(), state: await letter.state() };
    const { commits } = letter.server.services.store;
    const headBefore = await commits.head(letter.instance);
    const context = await browser.newContext({ baseURL: letter.server.url });
    const link = `${letter.server.url}${await letter.linkOf(ann)}`;

    // The page itself and each page it leads to: to decline, to pass it on, to ask.
    const page = await context.newPage();
    await page.goto(link);
    const beyond = await page
      .locator('main a[href*="/do/"]')
      .evaluateAll((all) => all.map((one) => (one as unknown as { href: string }).href));
    await page.close();
    expect(beyond.length).toBeGreaterThan(1);
    let pressed = 0;
    for (const address of [link, ...beyond]) {
      pressed += await pressEverything(context, address, NEW_LINK);
    }
    expect(pressed).toBeGreaterThan(20);
    const still = await context.newPage();
    await still.goto(link);
    await still.getByRole('heading', { name: 'Your decision' }).waitFor();
    await still.close();
    await pressEverything(context, link, '.nothing');

    await letter.server.worker.drain();
    expect({ data: await letter.data(), state: await letter.state() }).toEqual(before);
    expect((await commits.head(letter.instance))?.seq).toBe(headBefore?.seq);
    await context.close();
  });
});
