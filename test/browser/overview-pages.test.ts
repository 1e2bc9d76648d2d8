import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../../server/store/directory.ts';
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
  let pages: readonly (readonly [name: string, path: string, person: Person])[];
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
    const { administrator } = server;
    const home = `/partnerships/${world.shelter.id}`;
    pages = [
      ['partnerships', '/partnerships', administrator],
      ['partnerships-none', '/partnerships?text=zzz', administrator],
      ['new-partnership', '/partnerships/new', administrator],
      ['partnership', home, administrator],
      ['partnership-observer', home, world.observer],
      ['people', `${home}/people`, administrator],
      ['invite', `${home}/people/invite`, administrator],
      ['invite-own', `${home}/people/invite`, world.trustManager],
      ['change-roles', `${home}/people/${world.lead.id}`, administrator],
      ['remove', `${home}/people/${world.lead.id}/remove`, administrator],
      ['work', '/work', administrator],
      ['work-nothing', '/work', world.observer],
      ['registers', '/registers', administrator],
      ['register-partnership', '/registers/partnership', administrator],
      ['register-issues', '/registers/systemic-issue?sort=title', administrator],
      ['register-readiness', '/registers/readiness', world.lead],
      ['register-none', '/registers/review?text=zzz', administrator],
      ['sent-mail', '/sent-mail', administrator],
      ['sent-mail-one', await firstMail(server), administrator],
      ['parked-tasks', '/parked-tasks', administrator],
      ['organisations', '/organisations', administrator],
      ['organisation', `/organisations/${world.trust.id}`, administrator],
      ['settings', '/settings', administrator],
      ['settings-installation', '/settings/installation', administrator],
      ['settings-people', '/settings/people', administrator],
      ['settings-person', `/settings/people/${world.lead.id}`, administrator],
      ['settings-workflow', '/settings/workflows/systemic-issue', administrator],
      ['settings-tokens', '/settings/tokens', administrator],
      ['workflows', '/workflows', administrator],
      ['workflow', '/workflows/dispute', administrator],
    ];
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  async function open(
    path: string,
    person: Person,
    setup: { readonly width: number; readonly javaScript: boolean },
  ): Promise<Page> {
    const [name = '', value = ''] = (await server.signIn(person)).cookie().split('=');
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

  for (const setup of SETUPS) {
    const how = `${setup.width} px ${setup.javaScript ? 'with' : 'without'} JavaScript`;

    test(`every page is sound at ${how}`, async () => {
      for (const [name, path, person] of pages) {
        const page = await open(path, person, setup);
        const heading = await page.locator('h1').count();
        expect(heading, name).toBe(1);
        if (setup.javaScript) {
          const { violations } = await new AxeBuilder({ page })
            .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
            .analyze();
          const found = violations.map(
            ({ id, nodes }) => `${name}: ${id}: ${nodes.map((node) => node.html).join(' | ')}`,
          );
          expect(found).toEqual([]);
        }
        expect(await sideways(page), name).toBeLessThanOrEqual(0);
        expect(complaints.splice(0)).toEqual([]);
        const folder = process.env['SCREENSHOTS'];
        if (folder && setup.javaScript) {
          await page.screenshot({ path: `${folder}/${name}-${setup.width}.png`, fullPage: true });
        }
        await page.context().close();
      }
    }, 120_000);
  }
});
