import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const files = ['workflows', 'templates'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(json|hbs)$/u.test(name))
    .map((name) => join(folder, name)),
);

it('people read the name of a guide, and no letter and number for it', () => {
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((file) =>
    (readFileSync(file, 'utf8').match(/.*\bS\d\b.*/gu) ?? []).map((line) => `${file}: ${line}`),
  );
  expect(found).toEqual([]);
});
