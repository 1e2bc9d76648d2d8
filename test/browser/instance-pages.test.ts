import { rmSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../../server/store/directory.ts';
import { makeSignInLink } from '../../server/use-cases/sign-in.ts';
import { type BusyPartnership, busyPartnership } from '../support/busy-partnership.ts';
import { chromiumPath, launchChromium, sayIfNoChromium } from '../support/chromium.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { workflowFolder } from '../support/workflow-folder.ts';

sayIfNoChromium('the instance page in a browser');

const SETUPS = [
  { width: 360, javaScript: true },
  { width: 360, javaScript: false },
  { width: 1280, javaScript: true },
  { width: 1280, javaScript: false },
];

describe.skipIf(chromiumPath === undefined)('the instance page in a browser', () => {
  let browser: Browser;
  let server: TestServer;
  let folder: string;
  let busy: BusyPartnership;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = workflowFolder();
    server = await startTestServer({ workflows: folder });
    busy = await busyPartnership(server);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function signIn(
    person: Person,
    setup: { width: number; javaScript: boolean },
  ): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browser.newContext({
      viewport: { width: setup.width, height: 800 },
      javaScriptEnabled: setup.javaScript,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      const expected = /status of (?:404|409|422)/u.test(message.text());
      if (message.type() === 'error' && !expected) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    const options = { returnTo: null, lasts: 'PT30M' };
    const { address } = await makeSignInLink(server.services, person, options);
    await page.goto(address);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForLoadState();
    complaints.length = 0;
    return { context, page };
  }

  async function expectSound(page: Page, setup: { javaScript: boolean }): Promise<void> {
    if (setup.javaScript) {
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
        page.url(),
      ).toEqual([]);
    }
    const client = await page.context().newCDPSession(page);
    const { cssContentSize, cssLayoutViewport } = await client.send('Page.getLayoutMetrics');
    const sideways = Math.ceil(cssContentSize.width) - cssLayoutViewport.clientWidth;
    expect(sideways, page.url()).toBeLessThanOrEqual(0);
    expect(complaints.splice(0), page.url()).toEqual([]);
  }

  async function shoot(page: Page, name: string): Promise<void> {
    const into = process.env['SCREENSHOTS'];
    if (into) await page.screenshot({ path: `${into}/${name}.png`, fullPage: true });
  }

  for (const setup of SETUPS) {
    const how = `${setup.width} px ${setup.javaScript ? 'with' : 'without'} JavaScript`;
    const mark = `${setup.width}${setup.javaScript ? '' : '-nojs'}`;

    test(`the page of every real workflow is sound at ${how}`, { timeout: 120_000 }, async () => {
      // A dispute, and what an organisation says of its readiness, are seen by its own side alone.
      const { context, page } = await signIn(busy.manager, setup);
      for (const [workflow, id] of busy.instances) {
        await page.goto(`${server.url}/instances/${id}`);
        expect(await page.getByRole('heading', { level: 1 }).innerText()).not.toContain(
          'not found',
        );
        const words = await page.getByRole('main').innerText();
        expect(words.replace(/fingerprint.*/isu, '')).not.toMatch(/\b[A-Za-z\d]{20}\b/u);
        await expectSound(page, setup);
        await shoot(page, `instance-${workflow}-${mark}`);
        await page.goto(`${server.url}/instances/${id}/history`);
        await expectSound(page, setup);
        await shoot(page, `history-${workflow}-${mark}`);
      }
      await context.close();
    });

    test(`a form is filled in, checked, changed and sent at ${how}`, {
      timeout: 60_000,
    }, async () => {
      const { context, page } = await signIn(busy.lead, setup);
      await page.goto(`${server.url}/instances/${busy.partnership.instance}`);
      await page.getByText('Plan a review of the partnership').first().click();
      await page.waitForLoadState();
      await expectSound(page, setup);
      await shoot(page, `form-${mark}`);
      const date = page.getByRole('group', { name: 'To be decided by' });
      await date.getByLabel('Day').fill('31');
      await date.getByLabel('Month').fill('2');
      await date.getByLabel('Year').fill('2027');
      await page.getByLabel('What it should look at').fill('Whether families are safer.');
      await page.getByLabel('What it should look at').press('Tab');
      await page
        .getByRole('button', { name: /^(?:Continue|Plan a review)/u })
        .last()
        .click();
      await page.waitForLoadState();
      expect(await page.getByText('must be a real date').count()).toBeGreaterThan(0);
      expect(await page.getByLabel('What it should look at').inputValue()).toBe(
        'Whether families are safer.',
      );
      await expectSound(page, setup);
      await shoot(page, `form-error-${mark}`);
      await page.goto(`${server.url}/partnerships/${busy.partnership.id}/start/systemic-issue`);
      await page.getByLabel('Title').or(page.locator('#title')).first().fill('Buses stop at six');
      await page.locator('#kind').selectOption({ index: 1 });
      for (const field of ['barrier', 'effectOnClients', 'tried', 'evidence']) {
        await page.locator(`#${field}`).fill(`Words about ${field}`);
      }
      await shoot(page, `start-${mark}`);
      await expectSound(page, setup);
      await page.locator('#barrier').press('Tab');
      await page.getByRole('button', { name: 'Continue' }).last().click();
      await page.waitForLoadState();
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain(
        'Check your answers',
      );
      await expectSound(page, setup);
      await shoot(page, `check-${mark}`);
      await page.getByRole('button', { name: /^Change what was tried|^Change .*tried/iu }).click();
      await page.waitForLoadState();
      expect(page.url()).toContain('#tried');
      await page.locator('#tried').fill('We asked the bus company twice.');
      await page.getByRole('button', { name: 'Continue' }).last().click();
      await page.waitForLoadState();
      expect(await page.getByText('We asked the bus company twice.').count()).toBe(1);
      await page.getByRole('button', { name: 'Raise a systemic issue' }).last().click();
      await page.waitForLoadState();
      expect(page.url()).toContain('/instances/');
      expect(await page.getByText('has been started').count()).toBe(1);
      await expectSound(page, setup);
      await context.close();
    });

    test(`a correction shows what moves, at ${how}`, { timeout: 60_000 }, async () => {
      const { context, page } = await signIn(server.administrator, setup);
      const course = busy.partnership.instance;
      await page.goto(`${server.url}/instances/${course}/correct`);
      await expectSound(page, setup);
      await shoot(page, `correct-choose-${mark}`);
      await page.getByLabel(/^By when: Agree on local needs/u).check();
      await page.getByRole('button', { name: 'Continue' }).last().click();
      await page.waitForLoadState();
      await expectSound(page, setup);
      await page.getByRole('group').getByLabel('Day').fill('23');
      await page.getByLabel('Why is this corrected?').fill('The meeting is on the 23rd.');
      await shoot(page, `correct-${mark}`);
      await page.getByRole('button', { name: 'Continue' }).last().click();
      await page.waitForLoadState();
      const said = await page.getByRole('main').innerText();
      expect(said).toContain('was 20 March 2026, is now 23 March 2026');
      expect(said).toContain('moved from the end of 20 March 2026');
      await expectSound(page, setup);
      await shoot(page, `correct-check-${mark}`);
      await context.close();
    });

    test(`a document is read in the page at ${how}`, async () => {
      const { context, page } = await signIn(busy.lead, setup);
      await page.goto(`${server.url}/instances/${busy.partnership.instance}`);
      await page.getByRole('link', { name: 'Summary of the partnership', exact: true }).click();
      await page.waitForLoadState();
      expect(await page.locator('article.document').count()).toBe(1);
      await expectSound(page, setup);
      await shoot(page, `document-${mark}`);
      await context.close();
    });
  }
});
