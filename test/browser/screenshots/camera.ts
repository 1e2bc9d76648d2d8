import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { palettePng } from './palette-png.ts';

const SIZES = [
  { width: 360, height: 780, most: 1_600 },
  { width: 1280, height: 800, most: 1_000 },
];

/** Takes pictures of a page as it stands, on a phone and on a desk. */
export interface Camera {
  shoot(page: Page, name: string): Promise<void>;
  visit(page: Page, address: string, name: string): Promise<void>;
}

export function createCamera(folder: string): Camera {
  async function shoot(page: Page, name: string): Promise<void> {
    for (const { width, height, most } of SIZES) {
      await page.setViewportSize({ width, height });
      const whole = Number(await page.evaluate('document.documentElement.scrollHeight'));
      const picture = await page.screenshot({
        fullPage: true,
        clip: { x: 0, y: 0, width, height: Math.min(whole, most) },
      });
      writeFileSync(join(folder, `${name}-${width}.png`), palettePng(picture));
    }
  }
  return {
    shoot,
    async visit(page, address, name) {
      // a machine that does other things meanwhile is slow, not wrong
      await page.goto(address, { timeout: 180_000 });
      await shoot(page, name);
    },
  };
}
