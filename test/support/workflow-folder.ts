import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REAL = fileURLToPath(new URL('../../workflows', import.meta.url));
const TEST = fileURLToPath(new URL('./workflows', import.meta.url));

/** A folder with the real workflows and the small ones that are made for tests. Delete it after use. */
export function workflowFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-workflows-'));
  for (const from of [REAL, TEST]) {
    for (const name of readdirSync(from)) {
      if (name.endsWith('.json')) cpSync(join(from, name), join(folder, name));
    }
  }
  return folder;
}
