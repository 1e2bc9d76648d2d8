import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response, Router } from 'express';
import type { WorkflowDefinition } from '../../../engine/definition.ts';
import { ConcordatError } from '../../../engine/errors.ts';
import { presentRegister, registerFile } from '../../../web/presenters/register-page.ts';
import type { Speaking } from '../../../web/presenters/spoken-value.ts';
import type { Asker } from '../../access/asker.ts';
import { dutiesOf } from '../../access/duties.ts';
import { partnershipTitles } from '../../use-cases/partnership-titles.ts';
import {
  readRegister,
  type RegisterFilter,
  registers,
  statesOf,
  wholeRegister,
} from '../../use-cases/read-register.ts';
import { BYTE_ORDER_MARK, csvLine, csvSeparator } from '../csv.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';
import { queryText } from '../query-text.ts';
import { readersClock } from '../readers-clock.ts';

const ROWS_A_PAGE = 25;

/** A register page for any workflow, and the same as a file. */
export function registerPages(context: PageContext, router: Router): void {
  const { services } = context;

  router.get('/registers', async (request, response) => {
    const asker = await signedIn(context, request);
    const list = registers(services).map(({ id, register, title, summary }) => ({
      href: `/registers/${id}`,
      title: register?.title ?? title,
      summary,
    }));
    await sendPage(context, request, response, {
      view: 'pages/registers',
      frame: { title: 'Registers' },
      content: { registers: list },
      asker,
    });
  });

  router.get('/registers/:workflow', async (request, response) => {
    const asker = await signedIn(context, request);
    const { workflow } = request.params;
    if (workflow.endsWith('.csv')) {
      return sendFile(
        context,
        request,
        response,
        asker,
        registerOf(context, workflow.slice(0, -4)),
      );
    }
    await showRegister(context, request, response, asker, registerOf(context, workflow));
  });
}

async function showRegister(
  context: PageContext,
  request: Request,
  response: Response,
  asker: Asker,
  definition: WorkflowDefinition,
): Promise<void> {
  const { services } = context;
  const filter = filterIn(request, definition);
  const after = queryText(request, 'after');
  const known = speakingOf(context);
  const [page, speaking, partnerships, clock, duties] = await Promise.all([
    known.then(({ names }) =>
      readRegister(services, asker, definition.id, filter, {
        limit: ROWS_A_PAGE,
        names,
        ...(after === '' ? {} : { after }),
      }),
    ),
    known,
    partnershipTitles(services, asker),
    readersClock(services),
    dutiesOf(services.store, asker.person),
  ]);
  const register = presentRegister({
    ...page,
    endsEarly: page.next !== null && page.rows.length < ROWS_A_PAGE,
    definition,
    filter,
    after,
    states: statesOf(definition),
    partnerships,
    speaking,
    clock,
  });
  await sendPage(context, request, response, {
    view: 'pages/register',
    frame: {
      title: register.title,
      breadcrumbs: [{ text: 'Registers', href: '/registers' }, { text: register.title }],
    },
    content: { register },
    asker,
    duties,
  });
}

/** The whole register as it is filtered, line by line, so that its size does not matter. */
async function sendFile(
  context: PageContext,
  request: Request,
  response: Response,
  asker: Asker,
  definition: WorkflowDefinition,
): Promise<void> {
  const { services } = context;
  const filter = filterIn(request, definition);
  const speaking = await speakingOf(context);
  const file = registerFile({
    definition,
    partnerships: await partnershipTitles(services, asker),
    speaking,
    url: services.config.url,
  });
  // The first rows before the first byte: what is refused is still a page.
  const parts = wholeRegister(services, asker, definition.id, filter, speaking.names);
  let part = await parts.next();
  response.set({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${definition.id}.csv"`,
    'cache-control': 'no-store',
  });
  const separator = csvSeparator(queryText(request, 'separator'));
  async function* lines(): AsyncGenerator<string> {
    yield BYTE_ORDER_MARK + csvLine(file.heading, separator);
    for (; part.done !== true; part = await parts.next()) {
      yield part.value.map((row) => csvLine(file.line(row), separator)).join('');
    }
  }
  await pipeline(Readable.from(lines()), response);
}

function registerOf({ services }: PageContext, workflow: string): WorkflowDefinition {
  const definition = registers(services).find(({ id }) => id === workflow);
  if (definition) return definition;
  throw new ConcordatError('not-found', `no register ${workflow}`, {
    userMessage: 'There is no such register here.',
  });
}

function filterIn(request: Request, definition: WorkflowDefinition): RegisterFilter {
  const status = queryText(request, 'status');
  const sort = queryText(request, 'sort');
  const columns = ['title', 'next', ...(definition.register?.columns ?? [])];
  return {
    text: queryText(request, 'text'),
    state: queryText(request, 'state'),
    status: status === 'active' || status === 'done' ? status : '',
    partnership: queryText(request, 'partnership'),
    overdue: queryText(request, 'overdue') === 'yes',
    sort: columns.includes(sort) ? sort : '',
    descending: queryText(request, 'order') === 'down',
  };
}

/** Everybody and every organisation by name; a register shows only what its reader may see. */
async function speakingOf({ services }: PageContext): Promise<Speaking> {
  const { directory, installation } = services.store;
  const [people, organisations, known] = await Promise.all([
    directory.people(),
    directory.organisations(),
    installation.get(),
  ]);
  const choice = ({ id, name }: { readonly id: string; readonly name: string }) => ({
    value: id,
    text: name,
  });
  return {
    context: {
      people: people.map(choice),
      organisations: organisations.map(choice),
      currency: known?.currency ?? services.config.currency,
    },
    names: new Map([...people, ...organisations].map(({ id, name }) => [id, name])),
    timeZone: known?.timeZone ?? services.config.timeZone,
  };
}
