import { expect, test } from 'vitest';
import { inABrowser } from '../support/in-a-browser.ts';
import { expectSound, openPage } from '../support/sound-page.ts';
import { startTestServer } from '../support/test-server.ts';

inABrowser('the API reference in a browser', startTestServer, (scene) => {
  test.each([360, 1280])(
    'is readable at %d px: nothing overflows, axe finds nothing',
    async (width) => {
      const page = await openPage(scene.browser, { width, javaScript: true });
      const answer = await page.goto(`${scene.server.url}/api`);
      expect(answer?.status()).toBe(200);
      await page.evaluate(
        "document.querySelectorAll('details').forEach((one) => (one.open = true))",
      );
      await expectSound(page, { forPrograms: true });
      await page.context().close();
    },
  );
});
