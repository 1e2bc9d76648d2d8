import { afterEach, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
});

it('people sign in where a proxy speaks https with them and plain http with the server', async () => {
  server = await startTestServer({ address: 'https://partners.example.org' });
  const browser = await server.signIn(server.administrator);
  const answer = await browser.get('/work');
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('Amina Yusuf');
});

it('over https the cookie never travels in clear', async () => {
  server = await startTestServer({ address: 'https://partners.example.org' });
  const asked = await server.browser().get('/sign-in');
  const signedIn = await server.signIn(server.administrator);
  const again = await signedIn.get('/work');
  const cookies = [asked, again].flatMap(({ headers }) => headers.getSetCookie());
  expect(cookies).not.toEqual([]);
  for (const cookie of cookies) expect(cookie).toMatch(/; Secure/u);
});

it('a form of ours is taken from a browser that says only which site it is on', async () => {
  server = await startTestServer();
  const fields = { email: 'amina@northshire.example', to: '' };
  const taken = await server.browser().post('/sign-in', fields);
  expect(taken.status).toBe(200);
  const foreign = await fetch(`${server.url}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { origin: 'http://elsewhere.example' },
  });
  expect(foreign.status).toBe(403);
});
