import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import { expect } from 'vitest';

/** How somebody looks at a page. */
export interface Screen {
  readonly width: number;
  readonly javaScript: boolean;
}

/** A phone and a desk, each with and without JavaScript. */
export const SCREENS: readonly Screen[] = [360, 1280].flatMap((width) =>
  [true, false].map((javaScript) => ({ width, javaScript })),
);

export function inWords({ width, javaScript }: Screen): string {
  return `${width} px ${javaScript ? 'with' : 'without'} JavaScript`;
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const HEIGHT = 800;

interface Watched {
  readonly javaScript: boolean;
  /** Addresses that were opened as pages: what they answer is seen by whoever opened them. */
  readonly opened: Set<string>;
  readonly messages: ConsoleMessage[];
  readonly failures: string[];
}
const watched = new WeakMap<Page, Watched>();

/** A page in a browser of its own, with an ear on what its console complains of. */
export async function openPage(
  browser: Browser,
  screen: Screen,
  options: { readonly baseURL?: string; readonly cookie?: string } = {},
): Promise<Page> {
  const { baseURL, cookie } = options;
  const context = await browser.newContext({
    viewport: { width: screen.width, height: HEIGHT },
    javaScriptEnabled: screen.javaScript,
    reducedMotion: 'reduce',
    ...(baseURL === undefined ? {} : { baseURL }),
  });
  if (baseURL !== undefined && cookie !== undefined) {
    const [name = '', value = ''] = cookie.split('=');
    await context.addCookies([{ name, value, url: baseURL }]);
  }
  const page = await context.newPage();
  const own: Watched = {
    javaScript: screen.javaScript,
    opened: new Set(),
    messages: [],
    failures: [],
  };
  watched.set(page, own);
  page.on('response', (response) => {
    if (response.request().isNavigationRequest()) own.opened.add(response.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') own.messages.push(message);
  });
  page.on('pageerror', ({ message }) => own.failures.push(message));
  return page;
}

/**
 * Nothing on the page is wrong: no accessibility fault, nothing beside the screen, no complaint of the
 * console since it was asked last, and no word that only programs use.
 */
export async function expectSound(
  page: Page,
  options: {
    /** What axe looks for. Contrast is a matter of styles, and takes most of the time of judging a page. */
    readonly faults?: 'all' | 'all but contrast' | 'none';
    /** A page for those who write programs names what programs use. */
    readonly forPrograms?: boolean;
  } = {},
): Promise<void> {
  const { faults = 'all', forPrograms = false } = options;
  const own = watched.get(page);
  if (!own) throw new Error('only a page from openPage can be judged');
  const where = `${new URL(page.url()).pathname} “${await page.title()}” at ${page.viewportSize()?.width} px`;
  expect(await sideways(page), `pixels beside the screen: ${where}`).toBe(0);
  if (own.javaScript && faults !== 'none') {
    expect(await faultsOf(page, { contrast: faults === 'all' }), where).toEqual([]);
  }
  expect(complaintsOf(own), where).toEqual([]);
  if (forPrograms) return;
  expect(internalWords(await page.locator('body').innerText()), where).toEqual([]);
}

/** How many pixels lie beside the screen; measured without the page's own scripts. */
async function sideways(page: Page): Promise<number> {
  const client = await page.context().newCDPSession(page);
  const { cssContentSize, cssLayoutViewport } = await client.send('Page.getLayoutMetrics');
  await client.detach();
  return Math.max(0, Math.ceil(cssContentSize.width) - cssLayoutViewport.clientWidth);
}

async function faultsOf(
  page: Page,
  { contrast }: { readonly contrast: boolean },
): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page })
    .options({
      runOnly: { type: 'tag', values: TAGS },
      resultTypes: ['violations'],
      rules: { 'color-contrast': { enabled: contrast } },
    })
    // The other mode puts its results together on a page of its own, which only frames need.
    .setLegacyMode(page.frames().length === 1)
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

function complaintsOf({ opened, messages, failures }: Watched): readonly string[] {
  const said = messages
    .splice(0)
    // The browser itself remarks on every answer that is not 200.
    .filter(
      (message) => !(/status of \d{3}/u.test(message.text()) && opened.has(addressOf(message))),
    )
    .map((message) => message.text());
  return [...said, ...failures.splice(0)];
}

function addressOf(message: ConsoleMessage): string {
  return message.location().url;
}

/** Words that only programs use: events, undefined values, templates not filled in. */
function internalWords(text: string): readonly string[] {
  const found = text.match(
    /\bundefined\b|\bNaN\b|\[object |\{\{|\}\}|\b[A-Z]+_[A-Z_]+\b|\bdata\.[a-z]|\bnull\b/gu,
  );
  return found ?? [];
}
