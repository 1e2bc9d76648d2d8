import type { Router } from 'express';
import { typedText } from '../../../web/presenters/form/form-fields.ts';
import { presentParkedTasks } from '../../../web/presenters/parked-tasks.ts';
import { namesById } from '../../access/name-ids.ts';
import { listParkedTasks, retryParkedTasks } from '../../use-cases/parked-tasks.ts';
import { readPost } from '../form/read-post.ts';
import { type PageContext, sendPage, signedIn, tellNext } from '../page-context.ts';
import { queryPage } from '../query-text.ts';
import { readersClock } from '../readers-clock.ts';

/** What could not be done, why, and another try. */
export function parkedTaskPages(context: PageContext, router: Router): void {
  const { services, worker } = context;

  router.get('/parked-tasks', async (request, response) => {
    const asker = await signedIn(context, request);
    const names = await namesById(services.store);
    const list = await listParkedTasks(services, asker, names, queryPage(request));
    const { timeZone } = await readersClock(services);
    await sendPage(context, request, response, {
      view: 'pages/parked-tasks',
      frame: { title: 'Parked tasks' },
      content: { parked: presentParkedTasks(list, timeZone) },
      asker,
    });
  });

  router.post('/parked-tasks/retry', async (request, response) => {
    const asker = await signedIn(context, request);
    const { fields } = await readPost(request);
    const all = typedText(fields, 'all') === 'yes';
    const tried = await retryParkedTasks(
      services,
      asker,
      all ? 'all' : { id: typedText(fields, 'id') },
    );
    worker.wake();
    tellNext(
      request,
      'Being tried again',
      tried === 1
        ? 'It is tried again now. If it fails again, it comes back to this page.'
        : `${tried} tasks are tried again now. Those that fail again come back to this page.`,
    );
    response.redirect(303, '/parked-tasks');
  });
}
