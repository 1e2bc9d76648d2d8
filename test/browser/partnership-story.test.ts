import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, sayIfNoChromium } from '../support/chromium.ts';
import { invite, setUp, setUpPartnership, signInByInvitation } from '../support/story/begin.ts';
import { BETHAN, LUCJA, RHODRI, ZOFIA } from '../support/story/cast.ts';
import { startStoryServer, type StoryServer } from '../support/story/story-server.ts';
import { visitor } from '../support/story/visitor.ts';

sayIfNoChromium('a partnership end to end in a browser');

describe.skipIf(chromiumPath === undefined)('a partnership end to end in a browser', () => {
  let browser: Browser;
  let server: StoryServer;

  beforeAll(async () => {
    server = await startStoryServer();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  test('from the set-up link to a partnership with its people', { timeout: 180_000 }, async () => {
    const amina = await visitor(browser, { url: server.url });
    await setUp(server, amina);
    await setUpPartnership(amina, 'Safe at Home');
    await invite(server, amina, [BETHAN, RHODRI, ZOFIA, LUCJA]);
    const bethan = await signInByInvitation(server, browser, BETHAN, { javaScript: true });
    expect(await bethan.text()).toContain('Stage 1: Prepare');
    expect(await bethan.text()).toContain('0 of 3 steps completed');
  });
});
