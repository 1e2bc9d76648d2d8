import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** A folder with the workflows of the told story; it is gone when the file's tests have ended. */
export function storyWorkflows(): string {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-workflows-'));
  for (const file of [
    '../../workflows/partnership',
    './workflows/approval-round',
    './workflows/errand',
  ]) {
    const path = fileURLToPath(new URL(`${file}.json`, import.meta.url));
    copyFileSync(path, join(folder, basename(path)));
  }
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
