import type { BrowserContext, Response } from 'playwright-core';
import { expect } from 'vitest';

/**
 * A mail scanner of the worst kind: a real browser that runs scripts, opens every fold, presses all it
 * finds, and sends every form as it stands, past what the browser would ask for.
 */
export interface LinkScanner {
  /**
   * Presses everything on a page, and on every page of the site that this leads to. Answers the paths of
   * those pages; fails when something that is pressed does not come to what it is for.
   */
  scan(address: string): Promise<readonly string[]>;
  /** How often something was pressed or sent so far. */
  presses(): number;
}

const PRESSABLE = 'a[href], button, input[type=submit], summary, [role=button]';

/** What has to come of pressing something. Waiting for exactly that is sure, and short. */
type Outcome = 'page' | 'download' | 'nothing';

/** What this needs of a link, a button or a fold. */
interface PressableElement {
  readonly tagName: string;
  readonly type?: string;
  readonly form?: unknown;
  readonly origin?: string;
  readonly pathname?: string;
  readonly search?: string;
  readonly hash?: string;
  readonly ownerDocument: {
    readonly location: {
      readonly origin: string;
      readonly pathname: string;
      readonly search: string;
    };
    elementFromPoint(x: number, y: number): PressableElement | null;
  };
  hasAttribute(name: string): boolean;
  contains(other: PressableElement): boolean;
  scrollIntoView(how: { readonly block: string; readonly behavior: string }): void;
  getBoundingClientRect(): { x: number; y: number; width: number; height: number };
}

/** Runs in the page. */
function outcomesOf(all: readonly PressableElement[]): Outcome[] {
  return all.map((one) => {
    if (one.hasAttribute('download')) return 'download';
    if (one.tagName !== 'A') return one.form && one.type === 'submit' ? 'page' : 'nothing';
    const { origin, pathname, search } = one.ownerDocument.location;
    const isThisPage = one.hash !== '' && one.pathname === pathname && one.search === search;
    return one.origin !== origin || isThisPage ? 'nothing' : 'page';
  });
}

/** Runs in the page: whether the mouse, in the middle of it, is on it. */
function isReachable(one: PressableElement): boolean {
  one.scrollIntoView({ block: 'center', behavior: 'instant' });
  const { x, y, width, height } = one.getBoundingClientRect();
  const top = one.ownerDocument.elementFromPoint(x + width / 2, y + height / 2);
  return top !== null && one.contains(top);
}

/** Where pressing again and again sends mail, it is stopped after a while. */
const SENDS_MAIL = /\/(?:new|code)$/u;

export async function linkScanner(context: BrowserContext): Promise<LinkScanner> {
  const page = await context.newPage();
  const pressable = page.locator(PRESSABLE);
  const forms = page.locator('form');
  let presses = 0;

  async function open(address: string): Promise<void> {
    const answer = await page.goto(address, { waitUntil: 'domcontentloaded' });
    // A closed link has its own page; anything else would be a page with less to press.
    expect([200, 410], address).toContain(answer?.status());
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
  }

  /** Does something and waits for the page it leads to; answers how that page was asked for. */
  async function arrive(act: () => Promise<unknown>): Promise<Response> {
    const navigated = page.waitForResponse(
      (response) =>
        response.request().isNavigationRequest() &&
        response.frame() === page.mainFrame() &&
        response.headers()['location'] === undefined,
    );
    const [answer] = await Promise.all([navigated, page.waitForEvent('domcontentloaded'), act()]);
    presses += 1;
    const stopped = SENDS_MAIL.test(new URL(answer.url()).pathname) ? [429] : [];
    expect([200, 410, 422, ...stopped], answer.url()).toContain(answer.status());
    return answer;
  }

  /** With the mouse where it can be reached, as a script does where something covers or hides it. */
  async function press(index: number): Promise<void> {
    const one = pressable.nth(index);
    if (await one.evaluate(isReachable)) await one.click({ force: true });
    else await one.evaluate((element) => void setTimeout(() => element.click()));
  }

  /** Sends form after form of a page, each on the page as it was opened. */
  async function sendForms(address: string): Promise<void> {
    await open(address);
    const count = await forms.count();
    for (let index = 0; index < count; index += 1) {
      await open(address);
      await arrive(() => forms.nth(index).evaluate((form) => form.submit()));
    }
  }

  /** Answers the addresses it led to. */
  async function pressAll(address: string): Promise<readonly string[]> {
    const led: string[] = [];
    await open(address);
    const outcomes: readonly Outcome[] = await pressable.evaluateAll(outcomesOf);
    for (const [index, outcome] of outcomes.entries()) {
      await open(address);
      expect(await pressable.count(), address).toBe(outcomes.length);
      if (outcome === 'page') {
        const answer = await arrive(() => press(index));
        if (answer.request().method() === 'GET') led.push(answer.url());
        // A form that came back is sent once more as it stands now.
        else if ((await forms.count()) > 0) {
          await arrive(() => forms.last().evaluate((form) => form.submit()));
        }
      } else {
        await Promise.all([
          outcome === 'download' ? page.waitForEvent('download') : null,
          press(index),
        ]);
        presses += 1;
      }
    }
    await sendForms(address);
    return led;
  }

  return {
    async scan(address) {
      const paths = [new URL(address).pathname];
      for (const path of paths) {
        const led = await pressAll(path);
        const found = new Set(led.map((one) => new URL(one).pathname));
        paths.push(...[...found].filter((one) => !paths.includes(one)));
      }
      return paths;
    },
    presses: () => presses,
  };
}
