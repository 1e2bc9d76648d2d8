import type { Router } from 'express';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import { candidatesAt } from '../../../engine/choose-transition.ts';
import { formatInstant } from '../../../web/presenters/format-date.ts';
import { presentSentLinks } from '../../../web/presenters/sent-links.ts';
import { namesById } from '../../access/name-ids.ts';
import { newId } from '../../new-id.ts';
import { viewOf } from '../../use-cases/read-instance.ts';
import { listLinks, withdrawLink } from '../../use-cases/withdraw-link.ts';
import { NOTHING_ELSE } from '../form-flow.ts';
import { formRoutes } from '../form-routes.ts';
import { type PageContext, sendPage, signedIn, tellNext } from '../page-context.ts';
import { instanceFrame } from './instance-frame.ts';

const REASON: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['reason'],
  properties: {
    reason: {
      type: 'string',
      title: 'Why it is taken back',
      description: 'It stays in the history, for example “Sent to somebody who has left”.',
      minLength: 1,
      maxLength: 500,
    },
  },
};

/** The personal links that were sent for an instance, and taking one back. */
export function sentLinkPages(context: PageContext, router: Router): void {
  const { services } = context;

  router.get('/instances/:id/links', async (request, response) => {
    const asker = await signedIn(context, request);
    const { visible, links } = await listLinks(services, asker, request.params.id);
    const view = await viewOf(services, asker, visible);
    const names = await namesById(services.store);
    const labels = new Map(
      candidatesAt(visible.head.workflow, visible.head.commit.snapshot).map(
        ({ event, meta }) => [event, meta.label ?? ''] as const,
      ),
    );
    await sendPage(context, request, response, {
      view: 'pages/sent-links',
      frame: await instanceFrame(services, view, 'Personal links'),
      content: {
        caption: view.title,
        links: presentSentLinks(links, {
          names,
          labels,
          now: services.clock.now(),
          when: (instant) => formatInstant(instant, view.timeZone),
          href: (link) => `/instances/${view.id}/links/${link}/withdraw`,
        }),
      },
      asker,
    });
  });

  formRoutes(context, router, '/instances/:id/links/:link/withdraw', async (request, asker) => {
    const { id = '', link = '' } = request.params as Readonly<Record<string, string>>;
    const { visible } = await listLinks(services, asker, id);
    const view = await viewOf(services, asker, visible);
    const back = `/instances/${id}/links`;
    return {
      asker,
      frame: await instanceFrame(services, view, 'Take a link back'),
      fresh: { _key: newId() },
      page: {
        schema: REASON,
        action: `${back}/${link}/withdraw`,
        heading: 'Take this link back',
        caption: view.title,
        lead: ['From then on it decides nothing and explains that it was taken back.'],
        submit: 'Take it back',
        grave: true,
        confirm: null,
        documents: [],
        context: {},
        cancel: { href: back, text: 'Cancel' },
      },
      keep: () => Promise.resolve(),
      async send(values, carried) {
        const { reason } = values;
        await withdrawLink(services, asker, {
          instance: id,
          link,
          reason: typeof reason === 'string' ? reason : '',
          idempotencyKey: carried['_key'] ?? newId(),
        });
        tellNext(request, 'Link taken back', 'It can no longer be used.');
        return back;
      },
      explain: () => Promise.resolve(NOTHING_ELSE),
    };
  });
}
