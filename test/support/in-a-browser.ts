import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { chromiumPath, launchChromium, sayIfNoChromium } from './chromium.ts';

/** What the tests of a suite have at hand while they run. */
export interface Scene<Server> {
  readonly browser: Browser;
  readonly server: Server;
}

/** A busy machine is slow, and not red. */
const TIMEOUT_MS = 600_000;

/**
 * A suite with a real browser and a server of its own, opened before its tests and closed after them.
 * Where there is no Chromium it is left out, with one line.
 */
export function inABrowser<Server extends { stop(): Promise<void> }>(
  suite: string,
  start: () => Promise<Server>,
  tests: (scene: Scene<Server>) => void,
): void {
  sayIfNoChromium(suite);
  describe.skipIf(chromiumPath === undefined)(suite, { timeout: TIMEOUT_MS }, () => {
    const scene = {} as { browser: Browser; server: Server };
    beforeAll(async () => {
      const opening = [launchChromium(), start()] as const;
      [scene.browser, scene.server] = await Promise.all(opening);
    });
    afterAll(async () => {
      await scene.browser.close();
      await scene.server.stop();
    });
    tests(scene);
  });
}
