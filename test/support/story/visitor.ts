import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { shoot } from '../shoot.ts';
import { expectSound, openPage } from '../sound-page.ts';

/** Somebody with a browser of their own. */
export interface Visitor {
  readonly page: Page;
  /** Opens an address, checks the page, and fails when it is not there. */
  open(address: string): Promise<void>;
  /** Follows a link or button-like link by its words, and checks the page it leads to. */
  follow(text: string | RegExp): Promise<void>;
  /** Nothing on the page now is wrong, on a phone or at a desk. */
  check(): Promise<void>;
  /** The readable text of the page. */
  text(): Promise<string>;
  close(): Promise<void>;
}

const WIDTHS = [360, 1280];

/** Opens a browser for somebody. Pages are checked at both widths, then stay at `width`. */
export async function visitor(
  browser: Browser,
  options: {
    readonly width?: number;
    readonly javaScript?: boolean;
    readonly url: string;
    /** False where other stories have judged the same pages. */
    readonly checked?: boolean;
  },
): Promise<Visitor> {
  const { width = 1280, javaScript = true, url, checked = true } = options;
  const page = await openPage(browser, { width, javaScript }, { baseURL: url });

  async function check(): Promise<void> {
    if (!checked) return;
    // Parts that were all judged before have the same colours and break in the same places; the words,
    // names and order of a page are its own.
    const isNew = javaScript && (await hasNewParts(page));
    pages += 1;
    for (const wide of WIDTHS) {
      await page.setViewportSize({ width: wide, height: 800 });
      const known = wide === WIDTHS[0] ? 'all but contrast' : 'none';
      await expectSound(page, { faults: isNew ? 'all' : known });
      await shoot(page, `${String(pages).padStart(3, '0')}-${wide}${javaScript ? '' : '-nojs'}`);
    }
    await page.setViewportSize({ width, height: 800 });
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
    close: () => page.context().close(),
  };
}

/** How many pages were checked; numbers their pictures. */
let pages = 0;

/** Each part of a page that was checked, in what it stands: `DIV.a > P.b`. */
const knownParts = new Set<string>();

async function hasNewParts(page: Page): Promise<boolean> {
  const parts = await page.locator('body *').evaluateAll((all) =>
    all.map((one) => {
      const { parentElement: parent } = one;
      return `${parent?.tagName}.${parent?.className} > ${one.tagName}.${String(one.className)}`;
    }),
  );
  const fresh = parts.filter((part) => !knownParts.has(part));
  for (const part of fresh) knownParts.add(part);
  return fresh.length > 0;
}
