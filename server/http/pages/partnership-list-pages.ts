import type { Router } from 'express';
import { presentPartnershipList } from '../../../web/presenters/partnership-list.ts';
import { dutiesOf } from '../../access/duties.ts';
import { namesById } from '../../access/name-ids.ts';
import { listPartnerships } from '../../use-cases/list-partnerships.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';
import { queryPage, queryText } from '../query-text.ts';
import { readersClock } from '../readers-clock.ts';

/** The partnerships that somebody belongs to or looks after. */
export function partnershipListPages(context: PageContext, router: Router): void {
  const { services } = context;
  router.get('/partnerships', async (request, response) => {
    const asker = await signedIn(context, request);
    const filter = {
      text: queryText(request, 'text'),
      stage: queryText(request, 'stage'),
      page: queryPage(request),
    };
    const names = namesById(services.store);
    const [list, known, clock, duties] = await Promise.all([
      names.then((all) => listPartnerships(services, asker, filter, all)),
      names,
      readersClock(services),
      dutiesOf(services.store, asker.person),
    ]);
    const { coordinator, administrator } = asker.person;
    await sendPage(context, request, response, {
      view: 'pages/partnership-list',
      frame: { title: 'Partnerships' },
      content: {
        list: presentPartnershipList(list, filter, {
          names: known,
          clock,
          mayCreate: coordinator || administrator,
        }),
      },
      asker,
      duties,
    });
  });
}
