import { expect, test } from 'vitest';
import { inABrowser } from '../support/in-a-browser.ts';
import { expectSound, openPage } from '../support/sound-page.ts';

const noServer = () => Promise.resolve({ stop: () => Promise.resolve() });

const page = (main: string): string =>
  `<!DOCTYPE html><html lang="en"><title>A page</title><main><h1>A page</h1>${main}</main></html>`;

inABrowser('the judge of pages', noServer, (scene) => {
  /** What is found wrong. */
  async function judge(html: string): Promise<string> {
    const opened = await openPage(scene.browser, { width: 360, javaScript: true });
    await opened.setContent(html);
    try {
      await expectSound(opened);
      return '';
    } catch (error) {
      const { message, actual } = error as Error & { readonly actual: unknown };
      return JSON.stringify([message, actual]);
    } finally {
      await opened.context().close();
    }
  }

  test('lets a sound page pass', async () => {
    expect(await judge(page('<p>All is well.</p>'))).toBe('');
  });

  test.each([
    ['a field without a label', '<input type="text">', 'label'],
    ['words that cannot be read', '<p style="color: #ccc">Pale</p>', 'color-contrast'],
    ['what lies beside the screen', '<div style="width: 400px">Wide</div>', 'beside the screen'],
    ['a complaint of the console', '<script>console.error("Broken")</script>', 'Broken'],
    ['a script that fails', '<script>throw new Error("Failed")</script>', 'Failed'],
    ['a word of programs', '<p>Waiting for AGREE_TEXT</p>', 'AGREE_TEXT'],
  ])('finds %s', async (_, main, said) => {
    expect(await judge(page(main))).toContain(said);
  });
});
