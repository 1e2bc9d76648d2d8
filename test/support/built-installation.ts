import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PUBLIC_DIRECTORY, VIEWS_DIRECTORY } from '../../web/asset-manifest.ts';
import { installationRoot } from '../../server/installation-root.ts';
import { CHECKED_LIST } from '../../server/runtime/check-workflow.ts';
import { builtAssets } from './built-assets.ts';

const ROOT = installationRoot();

/**
 * Builds the program as it is installed, into a folder of its own, and answers the path of its
 * `main.js`: what runs is the very server, only with other workflow files beside those named here.
 */
export function builtInstallation(
  folder: string,
  own: { readonly workflows?: readonly string[]; readonly others?: readonly string[] } = {},
): string {
  builtAssets();
  mkdirSync(folder, { recursive: true });
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const dist = join(folder, 'dist');
  // Types are checked elsewhere.
  const args = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', dist, '--noCheck'];
  execFileSync(process.execPath, [tsc, ...args]);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  symlinkSync(join(ROOT, 'templates'), join(folder, 'templates'));
  for (const directory of [VIEWS_DIRECTORY, PUBLIC_DIRECTORY]) {
    const place = join(dist, 'web', basename(directory));
    if (existsSync(place)) rmSync(place, { recursive: true });
    symlinkSync(directory, place);
  }
  mkdirSync(join(folder, 'workflows'));
  const names = [...(own.workflows ?? []).map((name) => `${name}.json`), CHECKED_LIST];
  const shipped = names.map((name) => join(ROOT, 'workflows', name));
  for (const file of [...shipped, ...(own.others ?? [])]) {
    copyFileSync(file, join(folder, 'workflows', basename(file)));
  }
  return join(dist, 'server', 'main.js');
}
