import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSignInLink } from '../../server/use-cases/sign-in.ts';
import { chromiumPath, launchChromium, sayIfNoChromium } from '../support/chromium.ts';
import { missing } from '../support/programs.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

/** Browsers trust localhost as they do https; an address in a local network they do not. */
const host = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

sayIfNoChromium('plain http in a local network');
if (host === undefined) missing('plain http in a local network: this machine has no network');

describe.skipIf(chromiumPath === undefined || host === undefined)(
  'plain http in a local network',
  () => {
    let browser: Browser;
    let server: TestServer;
    beforeAll(async () => {
      server = await startTestServer({ host: host ?? '' });
      browser = await launchChromium();
    });
    afterAll(async () => {
      await browser.close();
      await server.stop();
    });

    const signInLink = async (): Promise<string> => {
      const options = { returnTo: null, lasts: 'PT30M' };
      return (await makeSignInLink(server.services, server.administrator, options)).address;
    };

    test('forms are taken: somebody asks for a link and signs in with it', async () => {
      const page = await browser.newPage();
      await page.goto(`${server.url}/sign-in`);
      await page.fill('input[name=email]', 'amina@northshire.example');
      await page.click('main button.govuk-button');
      await page.getByRole('heading', { name: 'Check your e-mail' }).waitFor();
      await page.goto(await signInLink());
      await page.click('main button.govuk-button');
      await page.waitForURL('**/work');
      await page.close();
    });

    test('another site is never told the address of a personal link', async () => {
      const told: (string | undefined)[] = [];
      const elsewhere = createServer((request, response) => {
        if (request.url === '/here') told.push(request.headers.referer);
        response.end('elsewhere');
      });
      await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
      const { port } = elsewhere.address() as AddressInfo;
      const page = await browser.newPage();
      await page.goto(await signInLink());
      await page.evaluate(`{
        const link = document.createElement('a');
        link.href = 'http://127.0.0.1:${port}/here';
        link.textContent = 'away';
        document.querySelector('main').prepend(link);
      }`);
      await page.click('text=away');
      await page.waitForURL('**/here');
      expect(told).toEqual([undefined]);
      await page.close();
      elsewhere.close();
    });
  },
);
