import { rmSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person } from '../../server/store/directory.ts';
import { type BusyPartnership, busyPartnership } from '../support/busy-partnership.ts';
import { inABrowser } from '../support/in-a-browser.ts';
import { shoot } from '../support/shoot.ts';
import { expectSound, inWords, openPage, SCREENS, type Screen } from '../support/sound-page.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { workflowFolder } from '../support/workflow-folder.ts';

let workflows = '';

function startWithAllWorkflows(): Promise<TestServer> {
  workflows = workflowFolder();
  return startTestServer({ workflows });
}

inABrowser('the instance page in a browser', startWithAllWorkflows, (scene) => {
  let busy: BusyPartnership;

  beforeAll(async () => {
    busy = await busyPartnership(scene.server);
  });
  afterAll(() => {
    rmSync(workflows, { recursive: true, force: true });
  });

  async function signIn(person: Person, screen: Screen): Promise<Page> {
    const { browser, server } = scene;
    const cookie = (await server.signIn(person)).cookie();
    return await openPage(browser, screen, { baseURL: server.url, cookie });
  }

  for (const screen of SCREENS) {
    const how = inWords(screen);
    const mark = `${screen.width}${screen.javaScript ? '' : '-nojs'}`;

    test(`the page of every real workflow is sound at ${how}`, async () => {
      // A dispute, and what an organisation says of its readiness, are seen by its own side alone.
      const page = await signIn(busy.manager, screen);
      for (const [workflow, id] of busy.instances) {
        await page.goto(`/instances/${id}`);
        expect(await page.getByRole('heading', { level: 1 }).innerText()).not.toContain(
          'not found',
        );
        const words = await page.getByRole('main').innerText();
        expect(words.replace(/fingerprint.*/isu, '')).not.toMatch(/\b[A-Za-z\d]{20}\b/u);
        await expectSound(page);
        await shoot(page, `instance-${workflow}-${mark}`);
        await page.goto(`/instances/${id}/history`);
        await expectSound(page);
        await shoot(page, `history-${workflow}-${mark}`);
      }
      await page.context().close();
    });

    test(`a form is filled in, checked, changed and sent at ${how}`, async () => {
      const page = await signIn(busy.lead, screen);
      await page.goto(`/instances/${busy.partnership.instance}`);
      await page.getByText('Plan a review of the partnership').first().click();
      await page.waitForLoadState();
      await expectSound(page);
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
      await expectSound(page);
      await shoot(page, `form-error-${mark}`);
      await page.goto(`/partnerships/${busy.partnership.id}/start/systemic-issue`);
      await page.getByLabel('Title').or(page.locator('#title')).first().fill('Buses stop at six');
      await page.locator('#kind').selectOption({ index: 1 });
      for (const field of ['barrier', 'effectOnClients', 'tried', 'evidence']) {
        await page.locator(`#${field}`).fill(`Words about ${field}`);
      }
      await shoot(page, `start-${mark}`);
      await expectSound(page);
      await page.locator('#barrier').press('Tab');
      await page.getByRole('button', { name: 'Continue' }).last().click();
      await page.waitForLoadState();
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain(
        'Check your answers',
      );
      await expectSound(page);
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
      await expectSound(page);
      await page.context().close();
    });

    test(`a correction shows what moves, at ${how}`, async () => {
      const page = await signIn(scene.server.administrator, screen);
      const course = busy.partnership.instance;
      await page.goto(`/instances/${course}/correct`);
      await expectSound(page);
      await shoot(page, `correct-choose-${mark}`);
      await page.getByText('Who looks after each step, and by when', { exact: true }).click();
      await page.getByLabel(/^By when: Agree on local needs/u).check();
      await page.getByRole('button', { name: 'Continue' }).last().click();
      await page.waitForLoadState();
      await expectSound(page);
      await page.getByRole('group').getByLabel('Day').fill('23');
      await page.getByLabel('Why is this corrected?').fill('The meeting is on the 23rd.');
      await shoot(page, `correct-${mark}`);
      await page.getByRole('button', { name: 'Continue' }).last().click();
      await page.waitForLoadState();
      const said = await page.getByRole('main').innerText();
      expect(said).toContain('was 20 March 2026, is now 23 March 2026');
      expect(said).toContain('moved from the end of 20 March 2026');
      await expectSound(page);
      await shoot(page, `correct-check-${mark}`);
      await page.context().close();
    });

    test(`a document is read in the page at ${how}`, async () => {
      const page = await signIn(busy.lead, screen);
      await page.goto(`/instances/${busy.partnership.instance}`);
      await page.getByRole('link', { name: 'Summary of the partnership', exact: true }).click();
      await page.waitForLoadState();
      expect(await page.locator('article.document').count()).toBe(1);
      await expectSound(page);
      await shoot(page, `document-${mark}`);
      await page.context().close();
    });
  }
});
