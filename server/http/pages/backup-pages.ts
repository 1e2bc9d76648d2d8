import { resolve } from 'node:path';
import type { Router } from 'express';
import { presentBackups } from '../../../web/presenters/backups-page.ts';
import { namesById } from '../../access/name-ids.ts';
import { listBackups, startBackup } from '../../use-cases/make-backup.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';
import { readersClock } from '../readers-clock.ts';

const HOME = '/settings/backups';

/** Backups: make one while the server runs, see how far it is, where it lies, how it comes back. */
export function backupPages(context: PageContext, router: Router): void {
  const { services } = context;

  router.get(HOME, async (request, response) => {
    const asker = await signedIn(context, request);
    const works = await listBackups(services, asker);
    await sendPage(context, request, response, {
      view: 'pages/backups',
      frame: {
        title: 'Backups',
        breadcrumbs: [{ text: 'Settings', href: '/settings' }, { text: 'Backups' }],
      },
      content: {
        backups: presentBackups(works, {
          folder: resolve(services.config.backups),
          names: await namesById(services.store),
          clock: await readersClock(services),
        }),
      },
      asker,
    });
  });

  router.post(HOME, async (request, response) => {
    await startBackup(services, await signedIn(context, request));
    response.redirect(303, HOME);
  });
}
