import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the pages' address space keeps what the build made. */
export const ASSETS_URL = '/assets';

/** The views: `web/views` in the source, their copy in `dist` when that is what runs. */
export const VIEWS_DIRECTORY = fileURLToPath(new URL('./views', import.meta.url));

/** The built files, also when running from the source. */
export const PUBLIC_DIRECTORY = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../dist/web/public' : './public', import.meta.url),
);

export interface AssetManifest {
  /** The address of a built file, e.g. `/assets/main-1a2b3c.css`; throws for a name never built. */
  url(name: string): string;
}

/** Reads what `web/assets/build.mjs` made. Throws, naming the command, when it has not been run. */
export function assetManifest(directory: string = PUBLIC_DIRECTORY): AssetManifest {
  const file = join(directory, 'manifest.json');
  if (!existsSync(file)) {
    throw new Error(`There is no ${file}. Run "npm run build" first.`);
  }
  const names = new Map(
    Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>),
  );
  return {
    url(name) {
      const built = names.get(name);
      if (built === undefined) throw new Error(`No asset is called ${name}.`);
      return `${ASSETS_URL}/${built}`;
    },
  };
}
