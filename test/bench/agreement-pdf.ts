import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import { installationRoot } from '../../server/installation-root.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { createDocumentRenderer } from '../../server/documents/document-renderer.ts';
import { readTemplates } from '../../server/documents/template-library.ts';
import type { Bench } from './bench.ts';
import { median } from './bench-server.ts';

const TEMPLATES = join(installationRoot(), 'templates');
const TEMPLATE = 'agreements/partnership-agreement';
const PAGES = 20;
const WANTED_MS = 500;
const MOST_DELAY_MS = 50;

/** A long agreement with many parties, drawn as all its forms, in a thread that is warm. */
export const agreementBench: Bench = {
  name: 'agreement',
  title: `An agreement of ${PAGES} pages as PDF, and what others notice of it`,
  async run({ short }) {
    const library = await readTemplates(TEMPLATES);
    const renderer = createDocumentRenderer({ libraryDirectory: TEMPLATES });
    const draw = (data: JsonObject) =>
      renderer.render({
        template: TEMPLATE,
        data,
        at: '2026-03-02T09:00:00.000Z',
        timeZone: 'Europe/London',
      });
    try {
      const sample = library.get(TEMPLATE).file.sample as JsonObject & { parties: JsonObject[] };
      let data: JsonObject = sample;
      let pages = 0;
      for (let parties = sample.parties.length; pages < PAGES; parties += 1) {
        data = { ...sample, parties: Array.from({ length: parties }, (_, n) => party(sample, n)) };
        pages = pagesOf((await draw(data)).pdf);
      }
      for (let n = 0; n < 5; n += 1) await draw(data);
      const times: number[] = [];
      const loop = monitorEventLoopDelay({ resolution: 5 });
      const idle = await quietDelay();
      loop.enable();
      for (let n = 0; n < (short ? 5 : 20); n += 1) {
        const began = performance.now();
        await draw(data);
        times.push(performance.now() - began);
      }
      loop.disable();
      const delay = loop.max / 1e6;
      return [
        {
          what: `${pages} pages: HTML, PDF and text`,
          measured: `${median(times).toFixed(0)} ms`,
          floor: `fastest ${Math.min(...times).toFixed(0)} ms`,
          ratio: '',
          wanted: `under ${WANTED_MS} ms`,
          met: median(times) < WANTED_MS,
        },
        {
          what: 'longest that another request had to wait',
          measured: `${delay.toFixed(0)} ms`,
          floor: `${idle.toFixed(0)} ms with nothing to do`,
          ratio: '',
          wanted: `under ${MOST_DELAY_MS} ms`,
          met: delay < MOST_DELAY_MS,
        },
      ];
    } finally {
      await renderer.close();
    }
  },
};

function party(sample: { readonly parties: readonly JsonObject[] }, n: number): JsonObject {
  const like = sample.parties[n % sample.parties.length] ?? {};
  const { name } = like;
  return n < sample.parties.length || typeof name !== 'string'
    ? like
    : { ...like, name: `${name} ${n}` };
}

function pagesOf(pdf: Uint8Array): number {
  return (
    Buffer.from(pdf)
      .toString('latin1')
      .match(/\/Type \/Page\b/gu)?.length ?? 0
  );
}

/** What the event loop of this machine is late by when this process does nothing. */
async function quietDelay(): Promise<number> {
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  loop.disable();
  return loop.max / 1e6;
}
