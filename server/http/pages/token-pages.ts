import type { Router } from 'express';
import { typedText } from '../../../web/presenters/form/form-fields.ts';
import { presentTokens } from '../../../web/presenters/tokens.ts';
import { namesById } from '../../access/name-ids.ts';
import { listTokens, revokeToken } from '../../use-cases/api-tokens.ts';
import { requireAdministrator } from '../../use-cases/require-overseer.ts';
import { readPost } from '../form/read-post.ts';
import { type PageContext, sendPage, signedIn, tellNext } from '../page-context.ts';
import { readersClock } from '../readers-clock.ts';

const HOME = '/settings/tokens';

/** The tokens by which programs use the API: see them, and end them. */
export function tokenPages(context: PageContext, router: Router): void {
  const { services } = context;

  router.get(HOME, async (request, response) => {
    const asker = await signedIn(context, request);
    requireAdministrator(asker);
    const tokens = presentTokens(
      await listTokens(services),
      await namesById(services.store),
      await readersClock(services),
    );
    await sendPage(context, request, response, {
      view: 'pages/tokens',
      frame: {
        title: 'API tokens',
        breadcrumbs: [{ text: 'Settings', href: '/settings' }, { text: 'API tokens' }],
      },
      content: { tokens },
      asker,
    });
  });

  router.post(`${HOME}/revoke`, async (request, response) => {
    const asker = await signedIn(context, request);
    requireAdministrator(asker);
    const { fields } = await readPost(request);
    const { label } = await revokeToken(services, typedText(fields, 'id'));
    tellNext(request, 'Ended', `The token “${label}” no longer works.`);
    response.redirect(303, HOME);
  });
}
