import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { installationRoot } from '../../server/installation-root.ts';
import { type AssetManifest, assetManifest, PUBLIC_DIRECTORY } from '../../web/asset-manifest.ts';

const ASSETS = join(installationRoot(), 'web/assets');

/** The stylesheet and scripts as the build makes them; built here when they are missing or stale. */
export function builtAssets(): AssetManifest {
  const manifest = join(PUBLIC_DIRECTORY, 'manifest.json');
  const built = existsSync(manifest) ? statSync(manifest).mtimeMs : 0;
  const newest = Math.max(
    ...readdirSync(ASSETS, { recursive: true, withFileTypes: true }).map(
      (entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs,
    ),
  );
  if (newest > built) execFileSync(process.execPath, [join(ASSETS, 'build.mjs')]);
  return assetManifest();
}
