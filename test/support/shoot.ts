import type { Page } from 'playwright-core';

/** Takes a picture of the page when `SCREENSHOTS` names a folder for it. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
