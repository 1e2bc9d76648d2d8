import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../server/sha256.ts';
import { linksTo } from '../../support/read-outbox.ts';
import { startTestServer, type TestBrowser, type TestServer } from '../../support/test-server.ts';

const EMAIL = 'amina@northshire.example';
let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.stop());

async function askedFor(browser: TestBrowser, email = EMAIL): Promise<string> {
  const links = async () => linksTo(server.outbox, EMAIL).catch(() => []);
  const before = (await links()).length;
  await browser.post('/sign-in', { email, to: '' });
  if (email !== EMAIL) return '';
  // The page answers before the mail has gone; until the first one there is no outbox.
  await expect.poll(async () => (await links()).length).toBe(before + 1);
  return new URL((await links()).at(-1) ?? '').pathname;
}

describe('a sign-in link', () => {
  it('takes one press in the browser that asked for it', async () => {
    const browser = server.browser();
    const link = await askedFor(browser);
    const page = await browser.get(link);
    expect(page.text).toContain('Amina Yusuf');
    expect(page.text).not.toContain('name="email"');
    expect((await browser.post(link)).location).toBe('/work');
    expect((await browser.get('/work')).status).toBe(200);
  });

  it('is not spent by a program that opens it and presses its button', async () => {
    const browser = server.browser();
    const link = await askedFor(browser);
    const scanner = server.browser();
    await scanner.get(link);
    expect((await scanner.post(link)).status).toBe(422);
    expect((await scanner.post(link, { email: 'somebody@example.org' })).status).toBe(422);
    expect((await scanner.get('/work')).status).toBe(303);
    expect((await browser.post(link)).location).toBe('/work');
  });

  it('opens in another browser for whoever types the address it was sent to', async () => {
    const link = await askedFor(server.browser());
    const phone = server.browser();
    const page = await phone.get(link);
    expect(page.text).toContain('autocomplete="email"');
    expect(page.text).not.toContain(EMAIL);
    expect((await phone.post(link, { email: ' Amina@Northshire.example ' })).location).toBe(
      '/work',
    );
  });

  it('tells nobody by the cookie whether an address is known', async () => {
    const known = server.browser();
    const unknown = server.browser();
    await askedFor(known);
    await askedFor(unknown, 'nobody@example.org');
    expect([known.cookie() !== '', unknown.cookie() !== '']).toEqual([true, true]);
  });
});

describe('a session', () => {
  const LATER = 11 * 3_600_000;

  async function oldSession() {
    const { services, administrator } = server;
    const { sessions } = services.store;
    const browser = await server.signIn(administrator);
    const [, id = ''] = /s%3A([^.]+)\./u.exec(browser.cookie()) ?? [];
    const key = sha256(id);
    const kept = await sessions.get(key, services.clock.now());
    if (kept === undefined) throw new Error('no session');
    // written down an hour ago: looking at a page writes it down anew
    const expires = new Date(Date.now() + LATER).toISOString();
    await sessions.set(
      key,
      { ...kept, cookie: { ...(kept['cookie'] as object), expires } },
      expires,
    );
    const ends = async () => {
      const now = await sessions.get(key, services.clock.now());
      return (now?.['cookie'] as { readonly expires: string } | undefined)?.expires;
    };
    return { browser, key, sessions, expires, ends };
  }

  it('lasts from when its page was looked at last', async () => {
    const { browser, expires, ends } = await oldSession();
    expect((await browser.get('/work')).status).toBe(200);
    await expect.poll(async () => (await ends()) ?? '').toMatch(/Z$/u);
    await expect.poll(async () => ((await ends()) ?? '') > expires).toBe(true);
  });

  it('that was ended is not begun again by a page that was still on its way', async () => {
    const { browser, key, sessions, ends } = await oldSession();
    const get = sessions.get.bind(sessions);
    const asked: string[] = [];
    Object.assign(sessions, {
      get: async (...given: Parameters<typeof get>) => {
        const found = await get(...given);
        if (asked.push('get') === 1) await sessions.destroy(key);
        return found;
      },
    });
    expect((await browser.get('/work')).status).toBe(200);
    await expect.poll(() => asked.length).toBe(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await ends()).toBeUndefined();
  });
});
