import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, sayIfNoChromium } from '../support/chromium.ts';
import { sampleWorld, type SampleWorld } from '../support/sample-world.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

sayIfNoChromium('the pages by keyboard, on paper and with little motion');

/** What the keyboard is at. */
interface Stop {
  readonly what: string;
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly seen: boolean;
}

/** In the page: the element that has the focus, and whether it looks different for it. */
const HERE = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const box = element.getBoundingClientRect();
  const look = (one) => {
    const style = getComputedStyle(one);
    const beside = one.labels?.[0] ? getComputedStyle(one.labels[0], '::before') : null;
    return [style.outline, style.boxShadow, style.backgroundColor, style.color, beside?.boxShadow, beside?.outline, beside?.border].join('|');
  };
  const focused = look(element);
  element.blur();
  const plain = look(element);
  element.focus();
  return {
    what: element.tagName + ' ' + (element.name || element.textContent.trim().slice(0, 40)),
    top: Math.round(box.top + scrollY), left: Math.round(box.left),
    height: Math.round(box.height), width: Math.round(box.width),
    seen: focused !== plain,
  };
})()`;

describe.skipIf(chromiumPath === undefined)('a page', () => {
  let browser: Browser;
  let server: TestServer;
  let world: SampleWorld;
  let pages: Readonly<Record<string, string>>;

  beforeAll(async () => {
    server = await startTestServer();
    world = await sampleWorld(server);
    const home = `/partnerships/${world.shelter.id}`;
    pages = {
      partnership: home,
      record: `/instances/${world.issue}`,
      register: '/registers/systemic-issue',
      form: `${home}/people/invite`,
      settings: '/settings/backups',
    };
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  async function open(path: string, width = 1280): Promise<Page> {
    const cookie = (await server.signIn(server.administrator)).cookie();
    const [name = '', value = ''] = cookie.split('=');
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    await context.addCookies([{ name, value, url: server.url }]);
    const page = await context.newPage();
    await page.goto(`${server.url}${path}`);
    return page;
  }

  test.each(['partnership', 'record', 'register', 'form', 'settings'])(
    'is gone through with the Tab key in the order in which it is read, the place always seen (%s)',
    async (name) => {
      const page = await open(pages[name] ?? '');
      const stops: Stop[] = [];
      for (let pressed = 0; pressed < 120; pressed += 1) {
        await page.keyboard.press('Tab');
        const stop = await page.evaluate<Stop | null>(HERE);
        if (stop === null) break;
        stops.push(stop);
      }
      expect(stops[0]?.what).toBe('A Skip to main content');
      expect(stops.length).toBeGreaterThan(8);
      expect(stops.filter(({ seen }) => !seen)).toEqual([]);
      // in two columns the second begins above where the first has ended
      const back = stops.filter((stop, index) => {
        const before = stops[index - 1];
        return before !== undefined && stop.top < before.top - 60 && stop.left <= before.left;
      });
      expect(back).toEqual([]);
      await page.context().close();
    },
  );

  test('with mistakes in it leads to the list of them, and from there to each field', async () => {
    const page = await open(pages['form'] ?? '');
    await page.getByRole('button', { name: 'Continue' }).last().click();
    await page.getByRole('alert').waitFor();
    expect(await page.title()).toMatch(/^Error: /u);
    expect(await page.evaluate('document.activeElement.className')).toContain('error-summary');
    await page.getByRole('link', { name: 'Enter their name' }).click();
    expect(await page.evaluate('document.activeElement.name')).toBe('name');
    await page.context().close();
  });

  test('leads past the menu to its content', async () => {
    const page = await open(pages['record'] ?? '');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main-content');
    await page.context().close();
  });

  test('on paper leaves out the menu and the buttons, and unfolds what is folded', async () => {
    const page = await open(pages['partnership'] ?? '');
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('navigation', { name: 'Menu' }).isVisible()).toBe(false);
    expect(await page.locator('.govuk-button').first().isVisible()).toBe(false);
    const folded = page.locator('details.app-stage:not([open]) .govuk-task-list__item').first();
    expect(await folded.isVisible()).toBe(true);
    await page.context().close();
  });

  test('moves nothing by itself for whoever wants it still', async () => {
    const page = await open(pages['record'] ?? '');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const moving = await page.evaluate(`[...document.querySelectorAll('*')].filter((one) => {
      const style = getComputedStyle(one);
      return style.animationName !== 'none' || style.scrollBehavior === 'smooth' ||
        style.transitionDuration.split(',').some((time) => parseFloat(time) > 0);
    }).map((one) => one.className)`);
    expect(moving).toEqual([]);
    await page.context().close();
  });
});
