import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Somebody with a browser of their own. */
export interface Visitor {
  readonly page: Page;
  /** Opens an address, checks the page, and fails when it is not there. */
  open(address: string): Promise<void>;
  /** Follows a link or button-like link by its words, and checks the page it leads to. */
  follow(text: string | RegExp): Promise<void>;
  /** Nothing on the page now is wrong: no accessibility fault, nothing beside the screen, no error. */
  check(): Promise<void>;
  /** The readable text of the page. */
  text(): Promise<string>;
  close(): Promise<void>;
}

const WIDTHS = [360, 1280];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Opens a browser for somebody. Pages are checked at both widths, then stay at `width`. */
export async function visitor(
  browser: Browser,
  options: { readonly width?: number; readonly javaScript?: boolean; readonly url: string },
): Promise<Visitor> {
  const { width = 1280, javaScript = true, url } = options;
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    javaScriptEnabled: javaScript,
    reducedMotion: 'reduce',
    acceptDownloads: true,
    baseURL: url,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    // The browser itself remarks on every answer that is not 200; those are expected where made.
    const expected = /status of (?:401|403|404|409|410|422|429)/u.test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));

  async function check(): Promise<void> {
    const where = `${new URL(page.url()).pathname} “${await page.title()}”`;
    const isNew = javaScript && (await isMadeOfNewParts(page));
    for (const wide of WIDTHS) {
      await page.setViewportSize({ width: wide, height: 800 });
      expect(await sideways(page), `pixels beside the screen at ${wide}: ${where}`).toBe(0);
      if (isNew) expect(await faults(page), `${where} at ${wide}`).toEqual([]);
    }
    await page.setViewportSize({ width, height: 800 });
    expect(complaints.splice(0), where).toEqual([]);
    expect(internalWords(await page.locator('body').innerText()), where).toEqual([]);
  }

  return {
    page,
    async open(address) {
      const answer = await page.goto(address);
      expect(answer?.status(), address).toBe(200);
      await check();
    },
    async follow(text) {
      const named = { name: text, exact: typeof text === 'string' };
      // A link that looks like a button is one to assistive technology, too.
      const link = page
        .getByRole('link', named)
        .or(page.locator('a').and(page.getByRole('button', named)))
        .first();
      await Promise.all([page.waitForEvent('domcontentloaded'), link.click()]);
      await check();
    },
    check,
    text: () => page.locator('main').innerText(),
    close: () => context.close(),
  };
}

const knownParts = new Set<string>();

/**
 * A page of parts that were all judged together before would be judged alike; leaving it out makes
 * the story short enough to be told often.
 */
async function isMadeOfNewParts(page: Page): Promise<boolean> {
  const parts = await page
    .locator('main, main *')
    .evaluateAll((all) =>
      [...new Set(all.map((one) => `${one.tagName}.${String(one.className)}`))].sort().join(' '),
    );
  const isNew = !knownParts.has(parts);
  knownParts.add(parts);
  return isNew;
}

/** How many pixels lie beside the screen; measured without the page's own scripts. */
async function sideways(page: Page): Promise<number> {
  const client = await page.context().newCDPSession(page);
  const { cssContentSize, cssLayoutViewport } = await client.send('Page.getLayoutMetrics');
  await client.detach();
  return Math.max(0, Math.ceil(cssContentSize.width) - cssLayoutViewport.clientWidth);
}

async function faults(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** Words that only programs use: events, undefined values, templates not filled in. */
function internalWords(text: string): readonly string[] {
  const found = text.match(
    /\bundefined\b|\bNaN\b|\[object |\{\{|\}\}|\b[A-Z]+_[A-Z_]+\b|\bdata\.[a-z]|\bnull\b/gu,
  );
  return found ?? [];
}
