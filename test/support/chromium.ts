import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { missing } from './programs.ts';

const CANDIDATES = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The Chromium of this machine, or `undefined`; `CHROMIUM` names another one. */
export const chromiumPath: string | undefined = CANDIDATES.find((path) => {
  try {
    accessSync(path, constants.X_OK);
    return path !== '';
  } catch {
    return false;
  }
});

/** Says on one line that a suite is left out; goes beside `describe.skipIf(chromiumPath === undefined)`. */
export function sayIfNoChromium(suite: string): void {
  if (chromiumPath === undefined) {
    missing(`${suite}: no Chromium here (install chromium, or set CHROMIUM)`);
  }
}

/** Opens a real browser. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('There is no Chromium on this machine.');
  return await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}
