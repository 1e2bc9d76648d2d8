import type { Request, Response } from 'express';
import { ConcordatError } from '../../../engine/errors.ts';
import { presentFormPage } from '../../../web/presenters/form-page.ts';
import { formatInstant } from '../../../web/presenters/format-date.ts';
import { presentClosedLink, presentOpenLink } from '../../../web/presenters/link-page.ts';
import { sendLinkCode } from '../../use-cases/link-code.ts';
import { type OpenedLink, openLink } from '../../use-cases/open-link.ts';
import type { OfferedOption } from '../../use-cases/read-instance.ts';
import { isRenewable } from '../../use-cases/renew-link.ts';
import { showForm, takeForm } from '../form-flow.ts';
import { readPost } from '../form/read-post.ts';
import { type PageContext, sendPage } from '../page-context.ts';
import { linkBase, personalLinkFlow } from './personal-link-form.ts';
import type { LinkPage } from './link-page.ts';

/** The page behind a link to decide or take part. Opening it changes nothing, whoever opens it. */
export const showPersonalLink: LinkPage = async (context, request, response, link) => {
  const opened = await openLink(context.services, link);
  if (opened.status !== 'open') return sendClosed(context, request, response, opened);
  await sendOpen(context, request, response, { opened });
};

/** The page of one of the things that can be done with the link. */
export const showLinkOption: LinkPage = async (context, request, response, link) => {
  const opened = await openLink(context.services, link);
  if (opened.status !== 'open') return sendClosed(context, request, response, opened);
  const flow = await personalLinkFlow(context, request, opened, optionOf(opened, request));
  await showForm(context, request, response, flow);
};

/** Takes what somebody decided, answered or asked by their link. */
export const takeLinkOption: LinkPage = async (context, request, response, link) => {
  const post = await readPost(request);
  const opened = await openLink(context.services, link);
  if (opened.status !== 'open') return sendClosed(context, request, response, opened);
  const flow = await personalLinkFlow(context, request, opened, optionOf(opened, request));
  await takeForm(context, request, response, flow, post);
};

/** Thanks, and what happens next. */
export const showLinkDone: LinkPage = async (context, request, response, link) => {
  const opened = await openLink(context.services, link);
  if (opened.status === 'withdrawn') return sendClosed(context, request, response, opened);
  const { view, visible } = opened;
  await sendPage(context, request, response, {
    view: 'pages/link-done',
    frame: { title: 'Recorded' },
    content: {
      title: view.title,
      at: formatInstant(view.updatedAt, view.timeZone),
      reference: visible.head.stored.hash.slice(0, 12),
      place: view.place.title,
      waiting: view.place.waiting,
      more: opened.status === 'open' ? linkBase(request) : null,
      next: view.steps.some(
        ({ state, event }) =>
          state !== 'done' && view.options.some((option) => option.event === event),
      ),
    },
  });
};

export const takeLinkCode: LinkPage = async (context, request, response, link) => {
  const opened = await openLink(context.services, link);
  if (opened.status !== 'open') return sendClosed(context, request, response, opened);
  await sendLinkCode(context.services, opened);
  request.session.notice = {
    title: 'Code sent',
    text: 'A six-digit code is on its way to your e-mail address. It works for 15 minutes.',
    success: true,
  };
  response.redirect(303, linkBase(request));
};

/** A document that the link is about, or an earlier form of it: nothing else of the instance. */
export const showLinkDocument: LinkPage = async (context, request, response, link) => {
  const { store } = context.services;
  const opened = await openLink(context.services, link);
  // Whoever it was taken back from, or has left, reads on no more than whoever was never asked.
  if (opened.status !== 'open') return sendClosed(context, request, response, opened);
  const { visible } = opened;
  const wanted = String(request.params['hash']);
  const { documents } = visible.head.commit.snapshot;
  const known = Object.entries(documents).some(
    ([name, { pdf }]) => pdf === wanted && (link.document === null || name === link.document),
  );
  const bytes = known ? await store.documents.bytes(wanted) : undefined;
  const info = known ? await store.documents.info(wanted, link.instance) : undefined;
  if (!bytes || !info) {
    throw new ConcordatError('not-found', 'no such document behind this link', {
      userMessage: 'This document does not belong to the link. Open the link again.',
    });
  }
  response.set('cache-control', 'private, no-store');
  response.attachment(info.name).type(info.mediaType).send(Buffer.from(bytes));
};

async function sendClosed(
  context: PageContext,
  request: Request,
  response: Response,
  opened: OpenedLink,
): Promise<void> {
  const { status, view, document } = opened;
  if (status === 'open') return showPersonalLink(context, request, response, opened.link);
  const closed = presentClosedLink(status, isRenewable(opened));
  await sendPage(context, request, response, {
    view: 'pages/link-closed',
    frame: { title: closed.heading },
    content: {
      closed,
      subject: document?.title ?? view.title,
      place: status === 'withdrawn' ? '' : view.place.title,
      base: linkBase(request),
    },
    status: 410,
  });
}

async function sendOpen(
  context: PageContext,
  request: Request,
  response: Response,
  { opened }: { readonly opened: OpenedLink },
): Promise<void> {
  const { link, person, view, document } = opened;
  const { store, clock } = context.services;
  const base = linkBase(request);
  const option = view.options.find(
    ({ event }) => link.events.includes(event) && link.purpose === 'decide',
  );
  const flow = option && (await personalLinkFlow(context, request, opened, option));
  const organisation = link.organisation && (await store.directory.organisation(link.organisation));
  const page = presentOpenLink({
    view,
    who: person.name,
    organisation: organisation ? organisation.name : null,
    names: await missingNames(context, view),
    expiresAt: link.expiresAt,
    now: clock.now(),
    base,
    needsCode: link.needsCode,
    document: document && {
      title: document.title,
      html: await textOf(context, document.html),
      changes: document.changes === undefined ? null : await textOf(context, document.changes),
      pdf: `${base}/documents/${document.pdf}`,
      manifest: document.manifest.slice(0, 12),
    },
    main:
      option && flow
        ? { option, form: presentFormPage(flow.page, { carried: flow.fresh }).form }
        : null,
  });
  await sendPage(context, request, response, {
    view: 'pages/link',
    frame: { title: page.heading },
    content: { link: page },
  });
}

function optionOf(opened: OpenedLink, request: Request): OfferedOption {
  const wanted = request.params['event'];
  const option = opened.view.options.find(({ event }) => event === wanted);
  if (option) return option;
  throw new ConcordatError('not-allowed', `the link does not allow ${String(wanted)}`, {
    userMessage: 'This link is not for that. Open it again to see what you can do with it.',
  });
}

/** The names of the organisations whose answer is waited for. */
async function missingNames(
  { services }: PageContext,
  { place }: OpenedLink['view'],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const { organisation = '' } of place.waitingFor.flatMap(({ items }) => items ?? [])) {
    const known = await services.store.directory.organisation(organisation);
    if (known) names.set(organisation, known.name);
  }
  return names;
}

async function textOf({ services }: PageContext, hash: string): Promise<string> {
  const bytes = await services.store.documents.bytes(hash);
  return bytes ? Buffer.from(bytes).toString('utf8') : '';
}
