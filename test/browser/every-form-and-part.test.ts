import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { inABrowser } from '../support/in-a-browser.ts';
import { startKitchenSink } from '../support/kitchen-sink.ts';
import { shoot } from '../support/shoot.ts';
import { expectSound, inWords, openPage, SCREENS, type Screen } from '../support/sound-page.ts';

const PAGES = ['/form', '/parts', '/check', '/done', '/errors/404', '/errors/500', '/errors/429'];
inABrowser('forms and page parts in a browser', startKitchenSink, (scene) => {
  async function open(path: string, screen: Screen): Promise<Page> {
    const page = await openPage(scene.browser, screen);
    await page.goto(`${scene.server.url}${path}`);
    return page;
  }

  for (const screen of SCREENS) {
    const how = inWords(screen);
    const mark = `${screen.width}${screen.javaScript ? '' : '-nojs'}`;

    test.each(PAGES)(`%s is sound at ${how}`, async (path) => {
      const page = await open(path, screen);
      await expectSound(page);
      await shoot(page, `${path.replaceAll('/', '_')}-${mark}`);
      await page.context().close();
    });

    test(`a form sent empty says what to do at ${how}`, async () => {
      const page = await open('/form', screen);
      await page.getByRole('group', { name: 'Review date' }).getByLabel('Day').fill('31');
      await page.getByRole('group', { name: 'Review date' }).getByLabel('Month').fill('Feb');
      await page.getByRole('group', { name: 'Review date' }).getByLabel('Year').fill('2027');
      await page.getByLabel('Amount, in British pounds').fill('about a thousand');
      // Enter in a field is "Continue", though "Remove" and "Add another" stand first.
      await page.getByLabel('What is in dispute').press('Enter');
      await page.waitForLoadState();
      expect(await page.title()).toMatch(/^Error: Raise a dispute/);
      const summary = page.locator('.govuk-error-summary');
      const lines = await summary.getByRole('listitem').allInnerTexts();
      expect(lines).toContain('Enter what is in dispute');
      expect(lines).toContain('Review date must be a real date');
      expect(lines).toContain('Amount must be a sum of money, like 1,250 or 1,250.50');
      expect(await page.getByLabel('Amount, in British pounds').inputValue()).toBe(
        'about a thousand',
      );
      expect(await page.locator('#reviewDate-month').inputValue()).toBe('Feb');
      for (const link of await summary.getByRole('link').all()) {
        const target = (await link.getAttribute('href')) ?? '';
        expect(await page.locator(target).count(), target).toBe(1);
        expect(await page.locator(target).isEditable(), target).toBe(true);
      }
      await expectSound(page);
      await shoot(page, `errors-${mark}`);
      await page.context().close();
    });
  }

  test.each(SCREENS.filter(({ width }) => width === 360))(
    'a whole form with rows and a file is filled in on a phone (%j)',
    async (screen) => {
      const page = await open('/form', screen);
      const choose = async (group: string, answer: string): Promise<void> => {
        await page.getByRole('group', { name: group }).getByLabel(answer).first().check();
      };
      const date = async (
        group: string,
        day: string,
        month: string,
        year: string,
      ): Promise<void> => {
        const fields = page.getByRole('group', { name: group });
        await fields.getByLabel('Day').fill(day);
        await fields.getByLabel('Month').fill(month);
        await fields.getByLabel('Year').fill(year);
      };
      await page.getByLabel('What is in dispute').fill('Who pays & how <much>');
      await page.getByLabel('What has happened so far').fill('First line\nSecond line');
      await date('Review date', '1', 'March', '2027');
      await page.getByLabel('Amount, in British pounds').fill('1,250.50');
      await choose('The finance lead has agreed', 'Yes');
      await choose('Level', 'Executives');
      await page.getByLabel('Theme').selectOption('staff');
      await choose('Services concerned', 'Mental health');
      await choose('Chair', 'Józef Łódzki');
      await choose('Party 1', 'Northshire Council');
      await choose('Party 2', 'Vale Health Trust');
      await page.getByRole('button', { name: 'Add another party' }).click();
      await page.waitForLoadState();
      const added = page.getByRole('group', { name: 'Party 3' });
      expect(
        await added
          .getByLabel('Northshire Council')
          .evaluateHandle((e) => e === e.ownerDocument.activeElement)
          .then((h) => h.jsonValue()),
      ).toBe(true);
      await choose('Party 3', 'Harbour Refuge');
      await page.getByRole('button', { name: 'Remove Party 1' }).click();
      await page.waitForLoadState();
      await page.getByRole('button', { name: 'Add another name' }).click();
      await page.waitForLoadState();
      await page.getByLabel('Other name 1').fill('The Shelter');
      await page
        .getByLabel('Evidence', { exact: false })
        .first()
        .setInputFiles({
          name: 'minutes of März.pdf',
          mimeType: 'application/pdf',
          buffer: Buffer.from('%PDF-1.7 minutes'),
        });
      // The box is not ticked: the form comes back, and nothing is lost, the file neither.
      await page.locator('button.govuk-button:not(.govuk-button--secondary)').click();
      await page.waitForLoadState();
      expect(await page.locator('.govuk-error-summary li').allInnerTexts()).toEqual([
        'Tick the box to confirm: I have spoken with the other side first',
      ]);
      expect(await page.getByText('Uploaded: minutes of März.pdf').count()).toBe(1);
      await expectSound(page);
      await shoot(page, `kept-${screen.javaScript ? 'js' : 'nojs'}`);
      await page.getByLabel('I have spoken with the other side first').check();
      await page.locator('button.govuk-button:not(.govuk-button--secondary)').click();
      await page.waitForURL('**/check');
      expect(scene.server.last()?.values).toEqual({
        subject: 'Who pays & how <much>',
        story: 'First line\nSecond line',
        reviewDate: '2027-03-01',
        amount: 125_050,
        agreed: true,
        level: 'executives',
        theme: 'staff',
        services: ['mental-health'],
        chair: 'p-lodz',
        parties: [{ organisation: 'o-trust' }, { organisation: 'o-refuge' }],
        aliases: ['The Shelter'],
        evidence: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        confirmed: true,
      });
      expect(scene.server.last()?.kept).toHaveLength(1);
      expect(await page.getByText('1 March 2027').count()).toBe(1);
      expect(await page.getByText('£1,250.50').count()).toBe(1);
      expect(await page.getByText('Józef Łódzki').count()).toBe(1);
      await page.context().close();
    },
  );

  test('long work goes on by itself on the page, and can be asked for without JavaScript', async () => {
    const page = await open('/work-under-way?rounds=2', { width: 360, javaScript: true });
    expect(await page.getByRole('status').innerText()).toContain('Page 1 of 3');
    await page.getByText('The agreement is ready').waitFor({ timeout: 15_000 });
    await expectSound(page);
    await page.context().close();

    const still = await open('/work-under-way?rounds=1', { width: 360, javaScript: false });
    await still.getByRole('link', { name: 'Check again' }).click();
    await still.getByText('The agreement is ready').waitFor();
    await still.context().close();
  });

  test('work that is done takes nobody back who is on the way to another page', async () => {
    const page = await open('/work-under-way?rounds=1&slow', { width: 360, javaScript: true });
    await page.route('**/done', async (route) => {
      await page.waitForResponse(/work-under-way/u);
      await delay(1_000);
      await route.continue();
    });
    await page.evaluate("location.assign('/done')");
    await page.getByText('You have approved the agreement').waitFor({ timeout: 15_000 });
    await page.context().close();
  });

  test('a file that is too large is told at once, before it is sent', async () => {
    const page = await open('/form', { width: 360, javaScript: true });
    const note = page.getByText('This file is larger than 10 MB. Choose a smaller one.');
    expect(await note.isVisible()).toBe(false);
    const evidence = page.locator('input[type=file]');
    const file = (size: number) => ({
      name: 'scan.png',
      mimeType: 'image/png',
      buffer: Buffer.alloc(size),
    });
    await evidence.setInputFiles(file(10 * 1024 * 1024 + 1));
    expect(await note.isVisible()).toBe(true);
    await evidence.setInputFiles(file(10));
    expect(await note.isVisible()).toBe(false);
    await page.context().close();
  });
});
