import type { Request, Response } from 'express';
import { ConcordatError } from '../../../engine/errors.ts';
import type { JsonObject, JsonValue } from '../../../engine/json-value.ts';
import { presentFormPage } from '../../../web/presenters/form-page.ts';
import { presentRecords } from '../../../web/presenters/instance-history.ts';
import {
  type LinkAct,
  presentClosedLink,
  presentOpenLink,
  whoIsMissing,
} from '../../../web/presenters/link-page.ts';
import { decidedOn } from '../../use-cases/decided-on.ts';
import { wasActedBy } from '../../use-cases/was-acted-by.ts';
import { sendLinkCode } from '../../use-cases/link-code.ts';
import { type OpenedLink, openLink } from '../../use-cases/open-link.ts';
import { readHistory } from '../../use-cases/read-history.ts';
import type { OfferedOption } from '../../use-cases/read-instance.ts';
import { isRenewable } from '../../use-cases/renew-link.ts';
import { bannersOf } from '../banners-of.ts';
import { readingContext } from '../instance-context.ts';
import { showForm, takeForm } from '../form-flow.ts';
import { readPost } from '../form/read-post.ts';
import { type PageContext, sendPage } from '../page-context.ts';
import { linkBase, personalLinkFlow } from './personal-link-form.ts';
import type { LinkPage } from './link-page.ts';

/** Answers a request that came by a link, once it is known that the link is open. */
type OpenLinkPage = (
  context: PageContext,
  request: Request,
  response: Response,
  opened: OpenedLink,
) => Promise<void>;

/**
 * Opens the link; one that is not open any more says what has become of it instead. So whoever it was
 * taken back from, or has left, reads on no more than whoever was never asked.
 */
function whenOpen(page: OpenLinkPage): LinkPage {
  return async (context, request, response, link) => {
    const opened = await openLink(context.services, link);
    const { status } = opened;
    if (status === 'open') return page(context, request, response, opened);
    await sendClosed(context, request, response, { ...opened, status });
  };
}

/** The page behind a link to decide or take part. Opening it changes nothing, whoever opens it. */
export const showPersonalLink = whenOpen((...asked) => sendOpen(...asked));

/** The page of one of the things that can be done with the link. */
export const showLinkOption = whenOpen(async (context, request, response, opened) => {
  const flow = await personalLinkFlow(context, request, opened, optionOf(opened, request));
  await showForm(context, request, response, flow);
});

/** Takes what somebody decided, answered or asked by their link. */
export const takeLinkOption: LinkPage = async (context, request, response, link) => {
  const post = await readPost(request);
  const take = whenOpen(async (_, __, ___, opened) => {
    const flow = await personalLinkFlow(context, request, opened, optionOf(opened, request));
    await takeForm(context, request, response, flow, post);
  });
  await take(context, request, response, link);
};

/** Thanks, and what happens next. */
export const showLinkDone: LinkPage = async (context, request, response, link) => {
  const opened = await openLink(context.services, link);
  const { status, stillTheirs, view } = opened;
  if (status === 'withdrawn' || (status === 'used' && !stillTheirs)) {
    return sendClosed(context, request, response, { ...opened, status });
  }
  // others may have acted since: what stands here is this act, not the newest entry
  const act = (await doneBy(context, opened)).find(
    ({ event }) => event === request.params['event'],
  );
  await sendPage(context, request, response, {
    view: 'pages/link-done',
    frame: { title: 'Recorded', banners: await bannersOf(context.services, view) },
    content: {
      title: view.title,
      act: act ?? null,
      place: view.place.title,
      waiting: [...view.place.waiting, ...whoIsMissing(view, await missingNames(context, view))],
      more: opened.status === 'open' ? linkBase(request) : null,
      next: view.steps.some(
        ({ state, event }) =>
          state !== 'done' && view.options.some((option) => option.event === event),
      ),
    },
  });
};

export const takeLinkCode = whenOpen(async (context, request, response, opened) => {
  await sendLinkCode(context.services, opened);
  request.session.notice = {
    title: 'Code sent',
    text: 'A six-digit code is on its way to your e-mail address. It works for 15 minutes.',
    success: true,
  };
  response.redirect(303, linkBase(request));
});

/** A document that the link is about, or a file that is decided on: nothing else of the instance. */
export const showLinkDocument = whenOpen(async (context, request, response, opened) => {
  const { store } = context.services;
  const { link, view, visible } = opened;
  const wanted = String(request.params['hash']);
  const { documents } = visible.head.commit.snapshot;
  const known =
    Object.entries(documents).some(
      ([name, { pdf }]) => pdf === wanted && (link.document === null || name === link.document),
    ) || view.options.some((option) => isNamed(wanted, decidedOn(view, option)));
  const bytes = known ? await store.documents.bytes(wanted) : undefined;
  const info = known ? await store.documents.info(wanted, link.instance) : undefined;
  if (!bytes || !info) {
    throw new ConcordatError('not-found', 'no such document behind this link', {
      userMessage: 'This document does not belong to the link. Open the link again.',
    });
  }
  response.set('cache-control', 'private, no-store');
  response.attachment(info.name).type(info.mediaType).send(Buffer.from(bytes));
});

/** Whether a value is, or holds, this hash. */
function isNamed(hash: string, value: JsonValue | undefined): boolean {
  if (value === null || typeof value !== 'object') return value === hash;
  return Object.values(value).some((inner) => isNamed(hash, inner));
}

/** Not where the old mailbox, or whoever it was passed on to, may be reading. */
const TELLS_ACTS: ReadonlySet<OpenedLink['status']> = new Set([
  'used',
  'expired',
  'text-changed',
  'past',
]);

async function sendClosed(
  context: PageContext,
  request: Request,
  response: Response,
  opened: OpenedLink & { readonly status: Exclude<OpenedLink['status'], 'open'> },
): Promise<void> {
  const { status, stillTheirs, view, document, link } = opened;
  const acted = await wasActedBy(context.services, link);
  const closed = presentClosedLink(status, {
    renewable: isRenewable(opened),
    acted,
    done: acted && stillTheirs && TELLS_ACTS.has(status) ? await doneBy(context, opened) : [],
  });
  await sendPage(context, request, response, {
    view: 'pages/link-closed',
    frame: { title: closed.heading },
    content: {
      closed,
      subject: document?.title ?? view.title,
      // What has come of it since is not for whoever has no part in it any more.
      place: status === 'withdrawn' || !stillTheirs ? '' : view.place.title,
      base: linkBase(request),
    },
    status: 410,
  });
}

async function sendOpen(
  context: PageContext,
  request: Request,
  response: Response,
  opened: OpenedLink,
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
    done: await doneBy(context, opened),
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
      option && flow ? { option, ...presentFormPage(flow.page, { carried: flow.fresh }) } : null,
  });
  await sendPage(context, request, response, {
    view: 'pages/link',
    frame: { title: page.heading, banners: await bannersOf(context.services, view) },
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

/** Enough entries to find what was done by a link that is still open. */
const NEWEST = 200;

/** What has been done by this link already, the newest first. */
async function doneBy(
  { services }: PageContext,
  { link, view, asker }: OpenedLink,
): Promise<readonly LinkAct[]> {
  const range = { fromSeq: view.seq - NEWEST + 1, toSeq: view.seq };
  const { records: all, data } = await readHistory(services, asker, view.id, range);
  const records = all.filter((record) => record.link === link.id);
  const shown = records as unknown as JsonObject[];
  const context = await readingContext(services, asker, view.id, shown);
  const speaking = { context, names: context.names, timeZone: view.timeZone };
  const told = presentRecords({ records, data, speaking, documentHref: null });
  return told.map(({ seq, what, when }) => {
    const record = records.find((one) => one.seq === seq);
    const type = record?.event['type'];
    const reference = record?.hash.slice(0, 12) ?? '';
    return { event: typeof type === 'string' ? type : '', what, when, reference };
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
