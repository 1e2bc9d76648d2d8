import type { Person } from '../../../server/store/directory.ts';
import { controlsOf } from '../page-text.ts';
import { linksTo } from '../read-outbox.ts';
import type { TestBrowser, TestServer } from '../test-server.ts';

/** The path of the newest personal link by which somebody may agree on a text. */
export async function linkToAgree(
  server: Pick<TestServer, 'outbox' | 'browser'>,
  { name, email }: Person,
): Promise<string> {
  for (const address of [...(await linksTo(server.outbox, email))].reverse()) {
    const { pathname } = new URL(address);
    const { text } = await server.browser().get(pathname);
    if (text.includes(`${pathname}/do/AGREE_TEXT`)) return pathname;
  }
  throw new Error(`${name} has no link to agree by`);
}

/** Agrees on the text behind that link, as its page asks for it. */
export async function agreeByLink(browser: TestBrowser, link: string, { name }: Person) {
  const form = controlsOf((await browser.get(`${link}/do/AGREE_TEXT`)).text);
  return browser.post(`${link}/do/AGREE_TEXT`, { ...form, agrees: 'yes', confirmName: name });
}
