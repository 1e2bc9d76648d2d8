import type { Request, Response, Router } from 'express';
import { ConcordatError } from '../../../engine/errors.ts';
import type { JsonObject } from '../../../engine/json-value.ts';
import { type InstanceLinks, presentInstance } from '../../../web/presenters/instance.ts';
import { listOf, presentList } from '../../../web/presenters/data-list.ts';
import { foldMails, presentRecords } from '../../../web/presenters/instance-history.ts';
import { presentPagination } from '../../../web/presenters/pagination.ts';
import type { Asker } from '../../access/asker.ts';
import { standingOf } from '../../access/standing.ts';
import { dutiesOf } from '../../access/duties.ts';
import { type VisibleInstance, visibleInstance } from '../../access/visible-instance.ts';
import { readHistory } from '../../use-cases/read-history.ts';
import { type InstanceView, readInstance, viewOf } from '../../use-cases/read-instance.ts';
import { roleToStart } from '../../use-cases/start-workflow.ts';
import { readingContext } from '../instance-context.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';
import { queryPage } from '../query-text.ts';
import { correctionPages } from './correction-pages.ts';
import { sentLinkPages } from './sent-link-pages.ts';
import { documentPages } from './document-pages.ts';
import { eventPages } from './event-pages.ts';
import { historyPages } from './history-pages.ts';
import { instanceFrame } from './instance-frame.ts';
import { startPages } from './start-pages.ts';

/** How many entries of the history stand on the page itself. */
const NEWEST = 10;
/** Several mails in a row are told in one entry, so more are read than shown. */
const READ = 40;
const ENTRIES_A_PAGE = 50;

/** The one page that serves every workflow, and all that hangs on it. */
export function instancePages(context: PageContext, router: Router): void {
  router.get('/instances/:id', async (request, response) => {
    await showInstance(context, request, response, request.params.id);
  });

  router.get('/instances/:id/lists/:field', async (request, response) => {
    await showList(context, request, response, request.params);
  });

  router.get('/instances/:id/fields/:field', async (request, response) => {
    const asker = await signedIn(context, request);
    const view = await readInstance(context.services, asker, request.params.id);
    response.redirect(303, fieldAddress(view, request.params.field));
  });

  eventPages(context, router);
  startPages(context, router);
  correctionPages(context, router);
  sentLinkPages(context, router);
  documentPages(context, router);
  historyPages(context, router);
}

async function showInstance(
  context: PageContext,
  request: Request,
  response: Response,
  id: string,
): Promise<void> {
  const { services } = context;
  const asker = await signedIn(context, request);
  const visible = await visibleInstance(services, asker, id);
  const { seq } = visible.head.stored;
  const [read, duties] = await Promise.all([
    readShown(context, asker, visible),
    dutiesOf(services.store, asker.person),
  ]);
  const { view, records, data, reading } = read;
  const speaking = { context: reading, names: reading.names, timeZone: view.timeZone };
  const documentHref = (hash: string): string => `/instances/${id}/documents/${hash}`;
  const content = presentInstance({
    view,
    speaking,
    now: services.clock.now(),
    links: await linksFor(context, asker, view),
    history: presentRecords({ records, data, speaking, documentHref }),
    historyTotal: seq,
  });
  await sendPage(context, request, response, {
    view: 'pages/instance',
    frame: await instanceFrame(services, view, null),
    content: { instance: content },
    asker,
    duties,
  });
}

/** The record and the newest of its history with the names for both, none of which waits for another. */
async function readShown({ services }: PageContext, asker: Asker, visible: VisibleInstance) {
  const { instance, seq } = visible.head.stored;
  const both = Promise.all([
    viewOf(services, asker, visible),
    readHistory(services, asker, instance, { fromSeq: seq - READ + 1, toSeq: seq }),
  ]).then(([view, { records: newest, data }]) => ({
    view,
    data,
    records: foldMails(newest).slice(-NEWEST),
  }));
  const shown = both.then(
    ({ view, records }) =>
      [view.data, records, view.place.waitingFor, view.options] as unknown as JsonObject[],
  );
  const [read, reading] = await Promise.all([
    both,
    readingContext(services, asker, instance, shown),
  ]);
  return { ...read, reading };
}

/** Where somebody who is signed in finds everything about an instance. */
async function linksFor(
  { services }: PageContext,
  asker: Asker,
  { id, partnership }: InstanceView,
): Promise<InstanceLinks> {
  const { store, workflows } = services;
  const own = `/instances/${id}`;
  const place = partnership && (await store.directory.partnership(partnership.id));
  const standing = await standingOf(store, asker.person, partnership?.id ?? null);
  const startable = new Set(
    place
      ? workflows
          .newest()
          .filter((workflow) => roleToStart(services, workflow, place, standing) !== null)
          .map(({ definition }) => definition.id)
      : [],
  );
  return {
    event: (event) => `${own}/do/${event}`,
    document: (hash) => `${own}/documents/${hash}`,
    download: (hash) => `${own}/documents/${hash}/download`,
    field: (instance, field) => {
      const record = `/instances/${instance ?? id}`;
      return field === null ? record : `${record}/fields/${encodeURIComponent(field)}`;
    },
    list: (field) => `${own}/lists/${field}`,
    instance: (other) => `/instances/${other}`,
    history: `${own}/history`,
    correct: `${own}/correct`,
    sentLinks: `${own}/links`,
    start: (workflow) =>
      partnership && startable.has(workflow)
        ? `/partnerships/${partnership.id}/start/${workflow}`
        : null,
  };
}

/**
 * Where a field that a gate names is mended: the form that asks for it if this person may fill it in
 * now, else the place where it is shown. `items.3.ORG` names the entry of a list by its values.
 */
function fieldAddress(view: InstanceView, path: string): string {
  const own = `/instances/${view.id}`;
  const [name = '', ...values] = path.split('.');
  if (!Object.hasOwn(view.dataSchema.properties ?? {}, name)) return own;
  const list = listOf(view.dataSchema, name, view.data[name]);
  if (list !== undefined && values.length > 0) {
    const index = list.findIndex((entry) => {
      const held = new Set(Object.values(entry).map(String));
      return values.every((value) => held.has(value));
    });
    if (index < 0) return `${own}#field-${name}`;
    const page = Math.floor(index / ENTRIES_A_PAGE) + 1;
    return `${own}/lists/${name}?page=${page}#field-${name}-${index}`;
  }
  const option = view.options.find(
    ({ theirs, unmet, form }) =>
      theirs && unmet.length === 0 && Object.hasOwn(form.properties ?? {}, name),
  );
  return option ? `${own}/do/${option.event}#${name}` : `${own}#field-${name}`;
}

async function showList(
  context: PageContext,
  request: Request,
  response: Response,
  { id, field }: { readonly id: string; readonly field: string },
): Promise<void> {
  const { services } = context;
  const asker = await signedIn(context, request);
  const view = await readInstance(services, asker, id);
  const entries = Object.hasOwn(view.dataSchema.properties ?? {}, field)
    ? listOf(view.dataSchema, field, view.data[field])
    : undefined;
  if (entries === undefined) {
    throw new ConcordatError('not-found', `${id} has no list ${field}`, {
      userMessage: 'There is no such list here.',
    });
  }
  const total = Math.max(1, Math.ceil(entries.length / ENTRIES_A_PAGE));
  const page = Math.min(queryPage(request), total);
  const first = (page - 1) * ENTRIES_A_PAGE;
  const shown = entries.slice(first, first + ENTRIES_A_PAGE);
  const reading = await readingContext(services, asker, id, [...shown]);
  const speaking = { context: reading, names: reading.names, timeZone: view.timeZone };
  const links = await linksFor(context, asker, view);
  const list = presentList({ schema: view.dataSchema, speaking, links }, field, shown, first);
  await sendPage(context, request, response, {
    view: 'pages/instance-list',
    frame: await instanceFrame(services, view, list.title),
    content: {
      heading: list.title,
      caption: view.title,
      lead:
        entries.length === 0
          ? 'There is nothing here yet.'
          : `${first + 1} to ${first + shown.length} of ${entries.length}`,
      list: { ...list, count: '', more: '' },
      pagination:
        total > 1
          ? presentPagination({
              current: page,
              total,
              href: (number) => `/instances/${id}/lists/${field}?page=${number}`,
            })
          : null,
    },
    asker,
  });
}
