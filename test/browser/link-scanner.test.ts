import { expect, test } from 'vitest';
import { inABrowser } from '../support/in-a-browser.ts';
import { letterToSign } from '../support/letter-story.ts';
import { linkScanner } from '../support/link-scanner.ts';

/** Asking for a new link ends this one, so it is pressed last. */
const NEW_LINK = 'form[action$="/new"]';

inABrowser('a link scanner with a real browser', letterToSign, (scene) => {
  test('that opens an approval link, runs its scripts and presses all it finds decides nothing', async () => {
    const { browser, server: letter } = scene;
    const [ann] = letter.executives;
    const before = { data: await letter.data(), state: await letter.state() };
    const { commits } = letter.server.services.store;
    const headBefore = await commits.head(letter.instance);
    const context = await browser.newContext({ baseURL: letter.server.url });
    const link = `${letter.server.url}${await letter.linkOf(ann)}`;
    const { pathname } = new URL(link);
    const posted = new Set<string>();
    context.on('request', (request) => {
      if (request.method() === 'POST') posted.add(new URL(request.url()).pathname);
    });

    const scanner = await linkScanner(context, NEW_LINK);
    const pages = await scanner.scan(link);
    // To decline, and to ask; the form to sign stands on the page itself.
    const beyond = pages.filter((path) => path.startsWith(`${pathname}/do/`));
    expect(beyond.length).toBeGreaterThan(1);
    expect([...posted]).toEqual(expect.arrayContaining([`${pathname}/do/SIGN`, ...beyond]));
    expect(scanner.presses()).toBeGreaterThan(20);
    const page = await context.newPage();
    await page.goto(link);
    await page.getByRole('heading', { name: 'Your decision' }).waitFor();

    const all = await linkScanner(context, '.nothing');
    await page.getByText('This link is lost').click();
    await page.getByRole('button', { name: 'Send me a new link' }).click();
    await page.getByRole('heading', { name: 'A new link is on its way' }).waitFor();
    await all.scan(link);
    expect(all.presses()).toBeGreaterThan(3);

    await letter.server.worker.drain();
    expect({ data: await letter.data(), state: await letter.state() }).toEqual(before);
    expect((await commits.head(letter.instance))?.seq).toBe(headBefore?.seq);
    await context.close();
  });
});
