import type { Router } from 'express';
import type { JsonObject } from '../../../engine/json-value.ts';
import { presentRecords } from '../../../web/presenters/instance-history.ts';
import { SHARED_ONLY } from '../../../web/presenters/instance.ts';
import { presentPagination } from '../../../web/presenters/pagination.ts';
import { readHistory } from '../../use-cases/read-history.ts';
import { readInstance } from '../../use-cases/read-instance.ts';
import { readingContext } from '../instance-context.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';
import { queryPage } from '../query-text.ts';
import { instanceFrame } from './instance-frame.ts';

const ENTRIES_A_PAGE = 25;

/** The whole history of an instance in sentences, newest first. */
export function historyPages(context: PageContext, router: Router): void {
  const { services } = context;
  router.get('/instances/:id/history', async (request, response) => {
    const { id } = request.params;
    const asker = await signedIn(context, request);
    const view = await readInstance(services, asker, id);
    const total = Math.ceil(view.seq / ENTRIES_A_PAGE);
    const page = Math.min(queryPage(request), total);
    const toSeq = view.seq - (page - 1) * ENTRIES_A_PAGE;
    const { records, data } = await readHistory(services, asker, id, {
      fromSeq: toSeq - ENTRIES_A_PAGE + 1,
      toSeq,
    });
    const reading = await readingContext(services, asker, id, records as unknown as JsonObject[]);
    const speaking = { context: reading, names: reading.names, timeZone: view.timeZone };
    const documentHref = (hash: string): string => `/instances/${id}/documents/${hash}`;
    await sendPage(context, request, response, {
      view: 'pages/instance-history',
      frame: await instanceFrame(services, view, 'History'),
      content: {
        heading: 'What has happened',
        caption: view.title,
        lead: view.onlyShared
          ? SHARED_ONLY
          : `${view.seq === 1 ? 'One entry' : `${view.seq} entries`}, newest first. Entries are never changed or removed: what was wrong is corrected by a new entry, and both stay.`,
        entries: presentRecords({ records, data, speaking, documentHref }),
        pagination:
          total > 1 && !view.onlyShared
            ? presentPagination({
                current: page,
                total,
                href: (number) => `/instances/${id}/history?page=${number}`,
              })
            : null,
      },
      asker,
    });
  });
}
