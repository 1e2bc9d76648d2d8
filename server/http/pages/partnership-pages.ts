import type { Router } from 'express';
import { presentPartnership } from '../../../web/presenters/partnership-page.ts';
import { presentBanner } from '../../../web/presenters/banner.ts';
import { dutiesOf } from '../../access/duties.ts';
import { namesById } from '../../access/name-ids.ts';
import { readPartnership } from '../../use-cases/read-partnership.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';
import { readersClock } from '../readers-clock.ts';

/** One partnership, as a task list by stage with everything that belongs to it. */
export function partnershipPages(context: PageContext, router: Router): void {
  const { services } = context;
  router.get('/partnerships/:id', async (request, response) => {
    const asker = await signedIn(context, request);
    const [view, names, clock, duties] = await Promise.all([
      readPartnership(services, asker, request.params.id),
      namesById(services.store),
      readersClock(services),
      dutiesOf(services.store, asker.person),
    ]);
    const { title } = view.partnership;
    await sendPage(context, request, response, {
      view: 'pages/partnership',
      frame: {
        title,
        banners: view.banners.map(presentBanner),
        breadcrumbs: [{ text: 'Partnerships', href: '/partnerships' }, { text: title }],
      },
      content: { partnership: presentPartnership(view, { names, clock }) },
      asker,
      duties,
    });
  });
}
