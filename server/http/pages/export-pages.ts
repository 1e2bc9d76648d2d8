import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Router } from 'express';
import { ConcordatError } from '../../../engine/errors.ts';
import { presentExports } from '../../../web/presenters/exports-page.ts';
import {
  exportablePartnership,
  exportFile,
  exportsOf,
  readExport,
  startExport,
} from '../../use-cases/make-export.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';
import { readersClock } from '../readers-clock.ts';

/** Everything about a partnership as a file: have it made, see how far it is, take it. */
export function exportPages(context: PageContext, router: Router): void {
  const { services } = context;
  const home = '/partnerships/:id/export';

  router.get(home, async (request, response) => {
    const asker = await signedIn(context, request);
    const partnership = await exportablePartnership(services, asker, request.params.id);
    const works = await exportsOf(services, asker, partnership.id);
    await sendPage(context, request, response, {
      view: 'pages/exports',
      frame: {
        title: `Take everything as a file: ${partnership.title}`,
        breadcrumbs: [
          { text: 'Partnerships', href: '/partnerships' },
          { text: partnership.title, href: `/partnerships/${partnership.id}` },
          { text: 'Take everything as a file' },
        ],
      },
      content: {
        exports: presentExports(works, { partnership, clock: await readersClock(services) }),
      },
      asker,
    });
  });

  router.post(home, async (request, response) => {
    const { id } = request.params;
    await startExport(services, await signedIn(context, request), id);
    response.redirect(303, `/partnerships/${id}/export`);
  });

  router.get(`${home}/:work`, async (request, response) => {
    const asker = await signedIn(context, request);
    const { id, work: named } = request.params;
    const work = await readExport(services, asker, { partnership: id, id: named });
    if (work.result?.kind !== 'export') {
      throw new ConcordatError('not-found', 'the export is not finished', {
        userMessage: 'This file is not ready. Look at how far it is on the page before.',
      });
    }
    response.attachment(work.result.name);
    response.set({
      'cache-control': 'private, no-store',
      'content-length': String(work.result.size),
      'content-type': 'application/zip',
      'x-content-type-options': 'nosniff',
    });
    try {
      await pipeline(Readable.from(exportFile(services, work, work.result)), response);
    } catch (error) {
      // half-way there is nobody left to show a page to: the browser sees that the file is cut short
      if (!response.headersSent) throw error;
      services.log.info({ error, work: work.id }, 'export: the download broke off');
    }
  });
}
