import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '../../server/use-cases/api-tokens.ts';
import { parkTask } from '../support/park-task.ts';
import { chromiumPath, launchChromium, sayIfNoChromium } from '../support/chromium.ts';
import { sampleWorld, type SampleWorld } from '../support/sample-world.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

sayIfNoChromium('the pages that look across records');

async function firstMail(server: TestServer): Promise<string> {
  const { mails } = await server.services.store.mails.list({ limit: 100 });
  const mail = mails.find(({ instance }) => instance !== null);
  return `/sent-mail/${encodeURIComponent(mail?.messageId.replaceAll(/[<>]/gu, '') ?? '')}`;
}

const home = (world: SampleWorld): string => `/partnerships/${world.shelter.id}`;

type Reader = 'administrator' | 'lead' | 'trustManager' | 'observer';

/** What is looked at, and by whom. */
const PAGES: readonly (readonly [
  name: string,
  path: (world: SampleWorld) => string,
  reader: Reader,
])[] = [
  ['partnerships', () => '/partnerships', 'administrator'],
  ['partnerships-none', () => '/partnerships?text=zzz', 'administrator'],
  ['new-partnership', () => '/partnerships/new', 'administrator'],
  ['partnership', home, 'administrator'],
  ['partnership-observer', home, 'observer'],
  ['people', (world) => `${home(world)}/people`, 'administrator'],
  ['invite', (world) => `${home(world)}/people/invite`, 'administrator'],
  ['invite-own', (world) => `${home(world)}/people/invite`, 'trustManager'],
  ['change-roles', (world) => `${home(world)}/people/${world.lead.id}`, 'administrator'],
  ['remove', (world) => `${home(world)}/people/${world.lead.id}/remove`, 'administrator'],
  ['work', () => '/work', 'administrator'],
  ['work-nothing', () => '/work', 'observer'],
  ['registers', () => '/registers', 'administrator'],
  ['register-partnership', () => '/registers/partnership', 'administrator'],
  ['register-issues', () => '/registers/systemic-issue?sort=title', 'administrator'],
  ['register-readiness', () => '/registers/readiness', 'lead'],
  ['register-none', () => '/registers/review?text=zzz', 'administrator'],
  ['sent-mail', () => '/sent-mail', 'administrator'],
  ['parked-tasks', () => '/parked-tasks', 'administrator'],
  ['organisations', () => '/organisations', 'administrator'],
  ['organisation', (world) => `/organisations/${world.trust.id}`, 'administrator'],
  ['settings', () => '/settings', 'administrator'],
  ['settings-installation', () => '/settings/installation', 'administrator'],
  ['settings-people', () => '/settings/people', 'administrator'],
  ['settings-person', (world) => `/settings/people/${world.lead.id}`, 'administrator'],
  ['settings-workflow', () => '/settings/workflows/systemic-issue', 'administrator'],
  ['settings-tokens', () => '/settings/tokens', 'administrator'],
  ['workflows', () => '/workflows', 'administrator'],
  ['workflow', () => '/workflows/dispute', 'administrator'],
];

const SETUPS = [
  { width: 360, javaScript: true },
  { width: 360, javaScript: false },
  { width: 1280, javaScript: true },
  { width: 1280, javaScript: false },
];

describe.skipIf(chromiumPath === undefined)('the pages that look across records', () => {
  let browser: Browser;
  let server: TestServer;
  let world: SampleWorld;
  const cookies = new Map<Reader, string>();
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await startTestServer();
    world = await sampleWorld(server);
    await parkTask(server, world);
    await createToken(server.services, {
      email: server.administrator.email,
      label: 'Case system of Northshire',
      expires: 'P90D',
    });
    browser = await launchChromium();
    for (const reader of ['lead', 'trustManager', 'observer'] as const) {
      cookies.set(reader, (await server.signIn(world[reader])).cookie());
    }
    cookies.set('administrator', (await server.signIn(server.administrator)).cookie());
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  async function open(
    path: string,
    reader: Reader,
    setup: { readonly width: number; readonly javaScript: boolean },
  ): Promise<Page> {
    const [name = '', value = ''] = (cookies.get(reader) ?? '').split('=');
    const context = await browser.newContext({
      viewport: { width: setup.width, height: 800 },
      javaScriptEnabled: setup.javaScript,
      reducedMotion: 'reduce',
    });
    await context.addCookies([{ name, value, url: server.url }]);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${path}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`));
    await page.goto(`${server.url}${path}`);
    return page;
  }

  /** How many pixels of the page lie beside the screen; measured without the page's own scripts. */
  async function sideways(page: Page): Promise<number> {
    const client = await page.context().newCDPSession(page);
    const { cssContentSize, cssLayoutViewport } = await client.send('Page.getLayoutMetrics');
    return Math.ceil(cssContentSize.width) - cssLayoutViewport.clientWidth;
  }

  async function expectSound(
    name: string,
    path: string,
    reader: Reader,
    setup: (typeof SETUPS)[number],
  ): Promise<void> {
    const page = await open(path, reader, setup);
    expect(await page.locator('h1').count()).toBe(1);
    if (setup.javaScript) {
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
      ).toEqual([]);
    }
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    expect(complaints.splice(0)).toEqual([]);
    const folder = process.env['SCREENSHOTS'];
    if (folder && setup.javaScript) {
      await page.screenshot({ path: `${folder}/${name}-${setup.width}.png`, fullPage: true });
    }
    await page.context().close();
  }

  for (const setup of SETUPS) {
    const how = `${setup.width} px ${setup.javaScript ? 'with' : 'without'} JavaScript`;

    test.each(PAGES)(`%s is sound at ${how}`, async (name, path, reader) => {
      await expectSound(name, path(world), reader, setup);
    });

    test(`a mail that was sent is sound at ${how}`, async () => {
      await expectSound('sent-mail-one', await firstMail(server), 'administrator', setup);
    });
  }
});
