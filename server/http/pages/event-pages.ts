import type { Request, Router } from 'express';
import type { ConcordatError } from '../../../engine/errors.ts';
import type { JsonObject } from '../../../engine/json-value.ts';
import { buttonWords, doneWords, headingWords } from '../../../web/presenters/button-words.ts';
import type { Carried, Refusal } from '../../../web/presenters/form-page.ts';
import { presentRecords } from '../../../web/presenters/instance-history.ts';
import { presentUnmet } from '../../../web/presenters/unmet.ts';
import type { Asker } from '../../access/asker.ts';
import { type VisibleInstance, visibleInstance } from '../../access/visible-instance.ts';
import { newId } from '../../new-id.ts';
import { eventForm } from '../../../engine/event-form.ts';
import { readHistory } from '../../use-cases/read-history.ts';
import { type InstanceView, viewOf } from '../../use-cases/read-instance.ts';
import { requestedTransition } from '../../use-cases/requested-transition.ts';
import { sendEvent } from '../../use-cases/send-event.ts';
import { seqToExpect } from '../../use-cases/seq-to-expect.ts';
import { uploadFile } from '../../use-cases/upload-file.ts';
import { type FormFlow, NOTHING_ELSE, unmetIn } from '../form-flow.ts';
import { formRoutes } from '../form-routes.ts';
import { askingContext, readingContext } from '../instance-context.ts';
import { type PageContext, tellNext } from '../page-context.ts';
import { showDecidedOn } from '../show-decided-on.ts';
import { instanceFrame } from './instance-frame.ts';

/** Everything that people can do with an instance: one form, generated, for any event. */
export function eventPages(context: PageContext, router: Router): void {
  formRoutes(context, router, '/instances/:id/do/:event', async (request, asker) => {
    const { id = '', event = '' } = request.params as Readonly<Record<string, string>>;
    const visible = await visibleInstance(context.services, asker, id);
    // Who may not do it, or not now, is told before they type anything; what was typed comes back.
    if (request.method === 'GET' || !eventForm(visible.head.workflow, event)) {
      requestedTransition(asker, visible, event);
    }
    return flowFor(context, request, asker, visible, event);
  });
}

async function flowFor(
  context: PageContext,
  request: Request,
  asker: Asker,
  visible: VisibleInstance,
  event: string,
): Promise<FormFlow> {
  const { services, worker } = context;
  const { head, scope, standing } = visible;
  const id = head.stored.instance;
  const view = await viewOf(services, asker, visible);
  const offered = view.options.find((option) => option.event === event);
  const known = eventForm(head.workflow, event);
  const schema = offered?.form ?? known?.form ?? { type: 'object' };
  const label = offered?.label ?? known?.label ?? '';
  const { partnership } = head.commit.origin;
  const decided = offered?.decides == null ? undefined : view.documents[offered.decides];
  const documentUrl = (hash: string): string => `/instances/${id}/documents/${hash}`;
  const about =
    offered && (await showDecidedOn(services, asker, view, { option: offered, documentUrl }));
  const by = { person: asker.person.id, organisation: standing.organisation };
  return {
    asker,
    frame: await instanceFrame(services, view, label),
    fresh: {
      _key: newId(),
      _seq: String(view.seq),
      ...(decided ? { _manifest: decided.manifest } : {}),
    },
    page: {
      schema,
      action: `/instances/${id}/do/${event}`,
      heading: headingWords(label),
      caption: view.title,
      lead: offered?.hint == null ? [] : [offered.hint],
      submit: buttonWords(label),
      grave: offered?.grave ?? false,
      confirm: offered?.confirm ?? null,
      documents: decided
        ? [{ href: `/instances/${id}/documents/${decided.html}`, text: decided.title }]
        : [],
      ...(about ? { about } : {}),
      context: await askingContext(services, asker, {
        partnership,
        instance: id,
        workflow: head.workflow.definition.id,
        schema,
        scope: { ...scope, data: view.data, by },
      }),
      cancel: { href: `/instances/${id}`, text: 'Cancel' },
    },
    keep: (upload) => uploadFile(services, asker, id, upload),
    async send(fields, carried) {
      const answer = await sendEvent(services, asker, {
        instance: id,
        event,
        fields,
        expectedSeq: await seqToExpect(services.store, head, Number(carried['_seq'])),
        idempotencyKey: carried['_key'] ?? newId(),
        ...(carried['_manifest'] === undefined ? {} : { manifest: carried['_manifest'] }),
      });
      worker.wake();
      if (answer.repeated) {
        tellNext(request, 'Already recorded', `“${label}” came twice. It was recorded once.`);
      } else tellNext(request, 'Recorded', doneWords(label));
      return `/instances/${id}`;
    },
    explain: (error, carried) => explain(context, asker, view, error, carried),
  };
}

/** The open items of a gate, or what others did meanwhile. */
async function explain(
  { services }: PageContext,
  asker: Asker,
  view: InstanceView,
  error: ConcordatError,
  carried: Carried,
): Promise<Refusal> {
  const { id, timeZone } = view;
  const unmet = unmetIn(error).filter(({ items }) => (items ?? []).length > 0);
  if (unmet.length > 0) {
    const { names } = await readingContext(services, asker, id, unmet as unknown as JsonObject[]);
    const fieldHref = (instance: string | null, field: string | null): string =>
      `/instances/${instance ?? id}${field === null ? '' : `/fields/${encodeURIComponent(field)}`}`;
    return { unmet: presentUnmet(unmet, { names, fieldHref }), news: [] };
  }
  if (!['stale-sequence', 'conflict', 'event-not-possible'].includes(error.code))
    return NOTHING_ELSE;
  const since = Math.max(Number(carried['_seq']) || view.seq, view.seq - 10) + 1;
  const { records, data } = await readHistory(services, asker, id, {
    fromSeq: since,
    toSeq: view.seq,
  });
  const context = await readingContext(services, asker, id, records as unknown as JsonObject[]);
  const speaking = { context, names: context.names, timeZone };
  const documentHref = (hash: string): string => `/instances/${id}/documents/${hash}`;
  return { unmet: [], news: presentRecords({ records, data, speaking, documentHref }) };
}
