import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts the thread that draws documents. Built code starts `render-worker.js`. Run from source (by
 * tsx or in tests) it starts `render-worker.ts` through a few lines that bring tsx along: Node 20
 * does not hand the loaders of one thread to the next. tsx is found from here, not from the current
 * folder.
 */
export function startRenderWorker(libraryDirectory: string): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const file = new URL(isSource ? './render-worker.ts' : './render-worker.js', import.meta.url);
  const address = isSource ? sourceLoader(file) : file;
  return new Worker(address, { workerData: { libraryDirectory }, execArgv: [] });
}

function sourceLoader(file: URL): URL {
  const lines = [
    `import { register } from ${JSON.stringify(loaderAddress())};`,
    'register();',
    `await import(${JSON.stringify(file.href)});`,
  ];
  return new URL(`data:text/javascript,${encodeURIComponent(lines.join('\n'))}`);
}

/** Asked of tsx's own package file: `require.resolve` would find its CommonJS build, which fails. */
function loaderAddress(): string {
  const packageFile = createRequire(import.meta.url).resolve('tsx/package.json');
  const { exports } = JSON.parse(readFileSync(packageFile, 'utf8')) as {
    exports: { './esm/api': { import: { default: string } } };
  };
  const entry = exports['./esm/api'].import.default;
  return pathToFileURL(join(dirname(packageFile), entry)).href;
}
