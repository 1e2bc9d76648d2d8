import type { Request, Router } from 'express';
import { type DatesFilter, datesFile, presentDates } from '../../../web/presenters/dates-page.ts';
import type { Asker } from '../../access/asker.ts';
import { namesById } from '../../access/name-ids.ts';
import { everyDue } from '../../use-cases/list-due.ts';
import { partnershipTitles } from '../../use-cases/partnership-titles.ts';
import { BYTE_ORDER_MARK, csvLine, csvSeparator } from '../csv.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';
import { queryPage, queryText } from '../query-text.ts';
import { readersClock } from '../readers-clock.ts';

/** What is due across the partnerships of whoever reads, and the same as a file. */
export function datesPages(context: PageContext, router: Router): void {
  const { services } = context;

  router.get('/dates', async (request, response) => {
    const asker = await signedIn(context, request);
    const read = await readDates(context, asker, filterIn(request));
    await sendPage(context, request, response, {
      view: 'pages/dates',
      frame: { title: 'Dates' },
      content: { dates: presentDates({ ...read, page: queryPage(request) }) },
      asker,
    });
  });

  router.get('/dates.csv', async (request, response) => {
    const asker = await signedIn(context, request);
    const read = await readDates(context, asker, filterIn(request));
    const lines = datesFile({ ...read, url: services.config.url });
    response.set({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="dates.csv"',
      'cache-control': 'no-store',
    });
    const separator = csvSeparator(queryText(request, 'separator'));
    const written = lines.map((cells) => csvLine(cells, separator));
    response.send(BYTE_ORDER_MARK + written.join(''));
  });
}

async function readDates({ services }: PageContext, asker: Asker, filter: DatesFilter) {
  const { partnership } = filter;
  const [due, names, partnerships, clock] = await Promise.all([
    everyDue(services, asker, partnership === '' ? undefined : partnership),
    namesById(services.store),
    partnershipTitles(services, asker),
    readersClock(services),
  ]);
  const workflows = new Map(
    services.workflows.newest().map(({ definition }) => [definition.id, definition.title]),
  );
  return { filter, due, names, partnerships, workflows, clock };
}

function filterIn(request: Request): DatesFilter {
  return {
    partnership: queryText(request, 'partnership'),
    workflow: queryText(request, 'workflow'),
    kind: queryText(request, 'kind'),
    who: queryText(request, 'who'),
  };
}
