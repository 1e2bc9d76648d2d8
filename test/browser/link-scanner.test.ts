import { expect, test } from 'vitest';
import { inABrowser } from '../support/in-a-browser.ts';
import { letterToSign } from '../support/letter-story.ts';
import { linkScanner } from '../support/link-scanner.ts';

inABrowser('a link scanner with a real browser', letterToSign, (scene) => {
  test('that opens an approval link, runs its scripts and presses all it finds decides nothing', async () => {
    const { browser, server: letter } = scene;
    const [ann] = letter.executives;
    const { commits } = letter.server.services.store;
    const whatStands = async () => ({
      data: await letter.data(),
      state: await letter.state(),
      seq: (await commits.head(letter.instance))?.seq,
    });
    const before = await whatStands();
    const context = await browser.newContext({ baseURL: letter.server.url });
    const link = `${letter.server.url}${await letter.linkOf(ann)}`;
    const { pathname } = new URL(link);
    const posted = new Set<string>();
    context.on('request', (request) => {
      if (request.method() === 'POST') posted.add(new URL(request.url()).pathname);
    });

    const scanner = await linkScanner(context);
    const pages = await scanner.scan(link);
    // To decline, and to ask; the form to sign stands on the page itself.
    const beyond = pages.filter((path) => path.startsWith(`${pathname}/do/`));
    expect(beyond.length).toBeGreaterThan(1);
    expect([...posted]).toEqual(
      expect.arrayContaining([`${pathname}/do/SIGN`, `${pathname}/new`, ...beyond]),
    );
    expect(scanner.presses()).toBeGreaterThan(20);
    await letter.server.worker.drain();
    expect(await whatStands()).toEqual(before);
    const page = await context.newPage();
    await page.goto(link);
    await page.getByRole('heading', { name: 'Your decision' }).waitFor();

    // The page of a link that no longer works leads to no decision either.
    await letter.send('CHANGE', { purpose: 'We work together at night, too.' });
    const changed = await whatStands();
    await scanner.scan(link);
    await letter.server.worker.drain();
    expect(await whatStands()).toEqual(changed);
    await context.close();
  });
});
