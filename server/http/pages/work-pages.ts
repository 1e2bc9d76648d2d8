import type { Router } from 'express';
import { presentOverdue } from '../../../web/presenters/dates-page.ts';
import { presentWork } from '../../../web/presenters/work-page.ts';
import { unreadableText } from '../../../web/presenters/unreadable.ts';
import { dutiesOf } from '../../access/duties.ts';
import { namesById } from '../../access/name-ids.ts';
import { everyDue } from '../../use-cases/list-due.ts';
import { myWork } from '../../use-cases/my-work.ts';
import { partnershipTitles } from '../../use-cases/partnership-titles.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';
import { queryPage } from '../query-text.ts';
import { readersClock } from '../readers-clock.ts';

/** The first page, and what waits for whoever is signed in. */
export function workPages(context: PageContext, router: Router): void {
  const { services } = context;

  router.get('/', async (request, response) => {
    if (await services.store.installation.get()) {
      response.redirect(303, request.session.person === undefined ? '/sign-in' : '/work');
      return;
    }
    await sendPage(context, request, response, {
      view: 'pages/message',
      frame: { title: 'Not set up yet' },
      content: {
        heading: 'This installation has not been set up yet',
        paragraphs: [
          'When it was started, the server printed a link to set it up with. Open that link; it works once.',
          'If it has scrolled away, start the server again: it prints a new one.',
        ],
      },
    });
  });

  router.get('/work', async (request, response) => {
    const asker = await signedIn(context, request);
    const [{ items, unreadable }, names, clock, duties] = await Promise.all([
      myWork(services, asker),
      namesById(services.store),
      readersClock(services),
      dutiesOf(services.store, asker.person),
    ]);
    // Whoever looks after others and has nothing to do is shown what others have let pass.
    const looksOn = items.length === 0 && (duties.coordinates || duties.leads);
    const overdue = looksOn
      ? presentOverdue({
          due: await everyDue(services, asker),
          partnerships: await partnershipTitles(services, asker),
          names,
          clock,
        })
      : null;
    await sendPage(context, request, response, {
      view: 'pages/work',
      frame: { title: 'My work' },
      content: {
        work: presentWork(items, { names, clock, page: queryPage(request) }),
        unreadable: unreadableText(unreadable),
        overdue,
      },
      asker,
      duties,
    });
  });
}
