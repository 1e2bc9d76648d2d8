import { noticeTo, raiseDispute } from '../support/raise-dispute.ts';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { Person } from '../../server/store/directory.ts';
import { putPerson } from '../../server/use-cases/manage-people.ts';
import { inABrowser } from '../support/in-a-browser.ts';
import { linksTo } from '../support/read-outbox.ts';
import { as } from '../support/sample-world.ts';
import { shoot } from '../support/shoot.ts';
import { expectSound, inWords, openPage, SCREENS, type Screen } from '../support/sound-page.ts';
import { type Section75Draft } from '../support/story/section-75-draft.ts';
import { section75Signed } from '../support/story/section-75-signed.ts';
import { startTestServer } from '../support/test-server.ts';

const AGREED = 'Each side pays for half of the nights, and the rota says which.';

inABrowser('what people meet behind links and after a signature', startTestServer, (scene) => {
  let toConfirm = '';
  let toOldAddress = '';
  let signed: Section75Draft;

  beforeAll(async () => {
    const { server } = scene;
    const council = await server.organisation('Moorland Council');
    const refuge = await server.organisation('Harbour Refuge');
    const place = await server.partnership('Safe at Home', [council, refuge]);
    const raiser = await server.member(place, council, 'Mina Manager', ['manager', 'lead']);
    const opposite = await server.member(place, refuge, 'Olu Opposite', ['manager']);
    const moved = await server.member(place, refuge, 'Pat Moved', ['manager']);
    const { send } = await raiseDispute(server, raiser, place);
    await send('GIVE_NOTICE', noticeTo(refuge));
    await send('RESOLVE', { agreedText: AGREED, agreedOn: '2026-03-02' });
    toConfirm = `${await linkOf(opposite)}/do/CONFIRM_OUTCOME`;
    toOldAddress = await linkOf(moved);
    const { name, organisation } = moved;
    await putPerson(server.services, as(server.administrator), moved.id, {
      name,
      organisation,
      email: 'pat.moved@harbour.example',
      coordinator: false,
      administrator: false,
      maySignIn: true,
    });
    signed = await section75Signed(server);
  });

  async function linkOf({ email }: Person): Promise<string> {
    return new URL((await linksTo(scene.server.outbox, email)).at(-1) ?? '').pathname;
  }

  async function opened(path: string, screen: Screen, person?: Person): Promise<Page> {
    const { browser, server } = scene;
    const cookie = person && (await server.signIn(person)).cookie();
    const page = await openPage(browser, screen, {
      baseURL: server.url,
      ...(cookie === undefined ? {} : { cookie }),
    });
    await page.goto(path);
    return page;
  }

  for (const screen of SCREENS) {
    const how = inWords(screen);
    const mark = `${screen.width}${screen.javaScript ? '' : '-nojs'}`;

    test(`what is decided on stands before its form, behind a link without a document, at ${how}`, async () => {
      const page = await opened(toConfirm, screen);
      const about = page.getByRole('region', { name: 'What this is about' });
      expect(await about.innerText()).toContain(AGREED);
      const box = page.getByLabel('These words say what we agreed');
      const [above, below] = [await about.boundingBox(), await box.boundingBox()];
      expect(above?.y).toBeLessThan(below?.y ?? 0);
      await expectSound(page);
      await shoot(page, `link-about-${mark}`);
      await page.context().close();
    });

    test(`a link to an address that has changed explains itself and offers a new one, at ${how}`, async () => {
      const page = await opened(toOldAddress, screen);
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('has changed');
      expect(await page.getByRole('button', { name: 'Send me a new link' }).count()).toBe(1);
      await expectSound(page);
      await shoot(page, `link-address-changed-${mark}`);
      await page.context().close();
    });

    test(`a checklist with gaps to be closed after the signature says whose they are and by when, at ${how}`, async () => {
      const page = await opened(`/instances/${signed.checklist}`, screen, signed.lead);
      const said = await page.getByRole('main').innerText();
      expect(said).toContain('Signed, with gaps to be closed');
      for (const words of ['Gap accepted', 'To be closed by', '30 June 2026']) {
        expect(said).toContain(words);
      }
      expect(await page.getByText('Record that a gap is closed').count()).toBeGreaterThan(0);
      await expectSound(page);
      await shoot(page, `gaps-to-be-closed-${mark}`);
      await page.goto(`/instances/${signed.checklist}/do/CLOSE_GAP`);
      await expectSound(page);
      await shoot(page, `close-gap-${mark}`);
      await page.goto(`/instances/${signed.agreement}`);
      await expectSound(page);
      await shoot(page, `signed-with-gaps-${mark}`);
      await page.context().close();
    });
  }

  test('a new link to the new address is on its way when it is asked for', async () => {
    const [screen] = SCREENS;
    const page = await opened(toOldAddress, screen as Screen);
    await page.getByRole('button', { name: 'Send me a new link' }).click();
    await page.getByText('A new link is on its way').waitFor();
    await expectSound(page);
    expect(await linksTo(scene.server.outbox, 'pat.moved@harbour.example')).toHaveLength(1);
    await page.context().close();
  });
});
