/**
 * Builds what the browser is given, into `dist/web/public`: one stylesheet, two scripts, two fonts
 * and the icon, each named by its content so that it can be cached for ever, and `manifest.json`
 * which maps plain names to those. The views are copied beside them, so `dist` stands by itself.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';
import { compileAsync } from 'sass';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const target = join(root, 'dist', 'web', 'public');
const require = createRequire(import.meta.url);
const govuk = join(dirname(require.resolve('govuk-frontend/package.json')), 'dist', 'govuk');
const fonts = join(dirname(require.resolve('source-sans/package.json')), 'WOFF2', 'TTF');

const manifest = {};

/** Writes one file under a name that carries the hash of its content; the same content twice is one file. */
async function put(name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const extension = extname(name);
  const hashed = `${name.slice(0, -extension.length)}-${hash}${extension}`;
  const temporary = join(target, `.${hashed}.${process.pid}`);
  await writeFile(temporary, bytes);
  await rename(temporary, join(target, hashed));
  manifest[name] = hashed;
  return hashed;
}

async function buildStyles() {
  const { css } = await compileAsync(join(here, 'styles', 'main.scss'), {
    loadPaths: [govuk],
    style: 'compressed',
    quietDeps: true,
  });
  const linked = css.replaceAll(/url\("?([a-z-]+\.woff2)"?\)/g, (_, name) => {
    if (manifest[name] === undefined)
      throw new Error(`The stylesheet names an unknown font: ${name}`);
    return `url("${manifest[name]}")`;
  });
  await put('main.css', linked);
}

async function buildScripts() {
  const library = await put(
    'govuk-frontend.js',
    await readFile(join(govuk, 'govuk-frontend.min.js')),
  );
  const own = await readFile(join(here, 'scripts', 'concordat.js'), 'utf8');
  await put('concordat.js', own.replaceAll("'govuk-frontend'", `'./${library}'`));
  await put('start.js', await readFile(join(here, 'scripts', 'start.js')));
}

/** The server reads a view when it is first shown, so one that is not well formed must stop here. */
async function copyViews() {
  const views = join(root, 'web', 'views');
  for (const name of await readdir(views, { recursive: true })) {
    if (!name.endsWith('.hbs')) continue;
    try {
      Handlebars.parse(await readFile(join(views, name), 'utf8'));
    } catch (error) {
      throw new Error(`The view ${name} is not well formed: ${error.message}`, { cause: error });
    }
  }
  await cp(views, join(root, 'dist', 'web', 'views'), { recursive: true });
}

await mkdir(target, { recursive: true });
await put(
  'source-sans-regular.woff2',
  await readFile(join(fonts, 'SourceSans3-Regular.ttf.woff2')),
);
await put('source-sans-bold.woff2', await readFile(join(fonts, 'SourceSans3-Bold.ttf.woff2')));
await put('icon.svg', await readFile(join(here, 'images', 'icon.svg')));
await buildStyles();
await buildScripts();
await copyViews();

// The manifest goes last and in one move: whoever reads it finds every file it names.
const draft = join(target, `.manifest.${process.pid}`);
await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`);
await rename(draft, join(target, 'manifest.json'));

const current = new Set([...Object.values(manifest), 'manifest.json']);
for (const name of await readdir(target)) {
  if (!current.has(name) && !name.startsWith('.')) await rm(join(target, name), { force: true });
}
