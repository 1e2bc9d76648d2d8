import type { Request } from 'express';
import { type OpenedLink, openLink } from '../../use-cases/open-link.ts';
import { isReplaceable, renewLink } from '../../use-cases/renew-link.ts';
import { CONFIRM_NAME, requireTypedName } from '../../use-cases/typed-name.ts';
import { type FormFlow, NOTHING_ELSE, showForm, takeForm } from '../form-flow.ts';
import { readPost } from '../form/read-post.ts';
import { type PageContext, sendPage } from '../page-context.ts';
import { linkBase, NAME_TO_CONFIRM } from './personal-link-form.ts';
import { showPersonalLink } from './personal-link-pages.ts';
import type { LinkPage } from './link-page.ts';

/** Before a link that still works is given up: whose it is, what happens, and a name to type. */
export const showNewLink: LinkPage = async (context, request, response, link) => {
  const opened = await openLink(context.services, link);
  if (!isReplaceable(opened)) return showPersonalLink(context, request, response, link);
  await showForm(context, request, response, replacement(context, request, opened));
};

/**
 * Sends a new link. In place of one that still works only to somebody who types their name: a mail
 * scanner that sends every form it finds must not end a link. One that cannot be used any more is
 * replaced by the button alone, once.
 */
export const takeNewLink: LinkPage = async (context, request, response, link) => {
  const post = await readPost(request);
  const opened = await openLink(context.services, link);
  if (isReplaceable(opened)) {
    const flow = replacement(context, request, opened);
    return takeForm(context, request, response, flow, post);
  }
  await renewLink(context.services, opened);
  await sendPage(context, request, response, {
    view: 'pages/message',
    frame: { title: ON_ITS_WAY },
    content: {
      heading: ON_ITS_WAY,
      paragraphs: [
        'It was sent to the address we have for you. This old link no longer works.',
        'If nothing comes within a few minutes, look into the spam folder, or ask the coordinator.',
      ],
    },
  });
};

const ON_ITS_WAY = 'A new link is on its way';

function replacement({ services }: PageContext, request: Request, opened: OpenedLink): FormFlow {
  const { view, document, asker, person } = opened;
  const base = linkBase(request);
  return {
    asker,
    frame: { title: 'Have a new link sent', back: { href: base, text: 'Back' } },
    fresh: {},
    page: {
      schema: SCHEMA,
      action: `${base}/new`,
      heading: 'Have a new link sent',
      caption: document?.title ?? view.title,
      lead: [
        'A new link is sent to the address we have for you. This one then no longer works, wherever it may have got to.',
      ],
      submit: 'Send me a new link',
      grave: false,
      confirm: null,
      documents: [],
      context: {},
      cancel: { href: base, text: 'Cancel' },
      check: 'never',
    },
    keep: () => Promise.resolve(),
    async send(values) {
      const { [CONFIRM_NAME]: typed } = values;
      requireTypedName(typeof typed === 'string' ? typed : '', person);
      await renewLink(services, opened);
      const text = 'It was sent to the address we have for you. Look into the spam folder, too.';
      request.session.notice = { title: ON_ITS_WAY, text, success: true };
      return base;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { [CONFIRM_NAME]: NAME_TO_CONFIRM },
  required: [CONFIRM_NAME],
} as const;
