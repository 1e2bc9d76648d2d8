import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../server/canonical-json.ts';
import {
  createDocumentRenderer,
  type DocumentRenderer,
} from '../../../server/documents/document-renderer.ts';
import { renderAll } from '../../../server/documents/render-all.ts';
import { sha256 } from '../../../server/sha256.ts';
import { AT, sampleOf, TEMPLATES, templates, TIME_ZONE } from '../../support/template-library.ts';

const place = { at: AT, timeZone: TIME_ZONE };

describe('the document renderer', { timeout: 120_000 }, () => {
  let renderer: DocumentRenderer;
  beforeAll(() => {
    renderer = createDocumentRenderer({ libraryDirectory: TEMPLATES, concurrency: 2 });
  });
  afterAll(() => renderer.close());

  it('draws in its thread what would be drawn here, to the byte', async () => {
    const request = {
      template: 'agreements/mou',
      data: await sampleOf('agreements/mou'),
      ...place,
    };
    const there = await renderer.render(request);
    const here = await renderAll(await templates(), TEMPLATES, request);
    expect(there.manifest).toEqual(here.manifest);
    expect(sha256(there.pdf)).toBe(there.manifest.pdfHash);
  });

  it('binds the forms in a manifest that anyone can work out again', async () => {
    const data = await sampleOf('agreements/mou');
    const { html, text, pdf, manifest } = await renderer.render({
      template: 'agreements/mou',
      data,
      ...place,
    });
    const { hash, ...rest } = manifest;
    expect(hash).toBe(sha256(canonicalJson(rest)));
    expect(rest).toMatchObject({
      template: { id: 'agreements/mou', version: 1 },
      dataHash: sha256(canonicalJson(data)),
      htmlHash: sha256(html),
      textHash: sha256(text),
      pdfHash: sha256(pdf),
    });
    data.terms['noticeMonths'] = 6;
    const other = await renderer.render({ template: 'agreements/mou', data, ...place });
    expect(other.manifest.hash).not.toBe(hash);
  });

  it('hands on refusals as they are, and goes on working', async () => {
    const bad = { template: 'agreements/mou', data: { parties: [] }, ...place };
    await expect(renderer.render(bad)).rejects.toMatchObject({
      code: 'invalid-input',
      details: {
        mistakes: expect.arrayContaining([{ path: '/terms', message: expect.any(String) }]),
      },
    });
    await expect(renderer.render({ ...bad, template: 'agreements/none' })).rejects.toMatchObject({
      code: 'template-unknown',
    });
    const data = await sampleOf('documents/notice-to-end');
    const good = await renderer.render({ template: 'documents/notice-to-end', data, ...place });
    expect(good.text).toContain('has not been served');
  });

  it('refuses data that cannot be handed over, without losing its thread', async () => {
    const data = { parties: () => [] };
    await expect(
      renderer.render({ template: 'agreements/mou', data, ...place }),
    ).rejects.toMatchObject({
      code: 'rendering-failed',
    });
  });

  it('compares two versions in its thread', async () => {
    const before = { template: 'agreements/mou', data: await sampleOf('agreements/mou'), ...place };
    const changed = await sampleOf('agreements/mou');
    changed.terms['noticeMonths'] = 6;
    const { changes, html } = await renderer.compare({
      before,
      after: { ...before, data: changed },
    });
    expect(changes.map((change) => change.id)).toEqual(['clause-ending']);
    expect(html).toContain('<ins>');
  });

  it('draws many at once while this thread stays free', async () => {
    const data = await sampleOf('agreements/partnership-agreement');
    const request = { template: 'agreements/partnership-agreement', data, ...place };
    await renderer.render(request);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const documents = await Promise.all(Array.from({ length: 8 }, () => renderer.render(request)));
    delay.disable();
    expect(new Set(documents.map((document) => document.manifest.hash)).size).toBe(1);
    const drawing = performance.now();
    await renderAll(await templates(), TEMPLATES, request);
    const alone = performance.now() - drawing;
    expect(delay.percentile(99) / 1e6).toBeLessThan(Math.max(50, alone));
  });
});

describe('the server’s own thread', () => {
  it('never loads PDFKit: nothing that the renderer imports leads to it', async () => {
    const seen = new Set<string>();
    const follow = async (file: URL): Promise<void> => {
      if (seen.has(file.href)) return;
      seen.add(file.href);
      const source = await readFile(file, 'utf8');
      for (const [, from = ''] of source.matchAll(
        /^(?:import|export) (?!type )[^;]*? from '([^']+)'/gm,
      )) {
        if (from.startsWith('.')) await follow(new URL(from, file));
        else seen.add(from);
      }
    };
    await follow(new URL('../../../server/documents/document-renderer.ts', import.meta.url));
    expect([...seen]).toContain('node:worker_threads');
    expect([...seen]).not.toContain('pdfkit');
  });
});

describe('a document renderer under strain', { timeout: 120_000 }, () => {
  it('gives up a drawing that takes too long, and draws the next', async () => {
    const renderer = createDocumentRenderer({ libraryDirectory: TEMPLATES, timeout: 1 });
    const data = await sampleOf('agreements/mou');
    const request = { template: 'agreements/mou', data, ...place };
    await expect(renderer.render(request)).rejects.toMatchObject({ code: 'rendering-failed' });
    await expect(renderer.render(request)).rejects.toMatchObject({ code: 'rendering-failed' });
    await renderer.close();
  });

  it('says when too many are waiting', async () => {
    const renderer = createDocumentRenderer({ libraryDirectory: TEMPLATES, mostWaiting: 1 });
    const data = await sampleOf('documents/certificate');
    const request = { template: 'documents/certificate', data, ...place };
    const answers = await Promise.allSettled([1, 2, 3].map(() => renderer.render(request)));
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    // which a page answers with 503 and when to try again
    expect(answers[2]).toMatchObject({
      reason: { code: 'rendering-failed', userMessage: expect.stringContaining('in a minute') },
    });
    await renderer.close();
  });

  it('finishes what it has when it is closed, takes nothing more, and may be closed twice', async () => {
    const renderer = createDocumentRenderer({ libraryDirectory: TEMPLATES });
    const data = await sampleOf('documents/certificate');
    const request = { template: 'documents/certificate', data, ...place };
    const under = [renderer.render(request), renderer.render(request)];
    const closed = renderer.close();
    await expect(renderer.render(request)).rejects.toMatchObject({ code: 'rendering-failed' });
    expect(await Promise.all(under)).toHaveLength(2);
    await closed;
    await renderer.close();
  });

  it('can break off what it has, so that a server that stops waits for nobody', async () => {
    const renderer = createDocumentRenderer({ libraryDirectory: TEMPLATES });
    const data = await sampleOf('documents/certificate');
    const request = { template: 'documents/certificate', data, ...place };
    const under = [renderer.render(request), renderer.render(request)];
    renderer.abandon();
    for (const drawing of await Promise.allSettled(under)) {
      expect(drawing).toMatchObject({ status: 'rejected', reason: { code: 'rendering-failed' } });
    }
    await renderer.close();
  });

  it('closes at once when it was never used', async () => {
    await createDocumentRenderer({ libraryDirectory: TEMPLATES }).close();
  });

  it('answers each request with the reason when its templates cannot be read', async () => {
    const renderer = createDocumentRenderer({ libraryDirectory: '/nowhere' });
    await expect(
      renderer.render({ template: 'agreements/mou', data: {}, ...place }),
    ).rejects.toMatchObject({
      code: 'rendering-failed',
    });
    await renderer.close();
  });
});
