import type { Request, Response, Router } from 'express';
import { ConcordatError } from '../../../engine/errors.ts';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import type { JsonObject } from '../../../engine/json-value.ts';
import type { AlsoShown } from '../../../web/presenters/form-page.ts';
import { listOf } from '../../../web/presenters/data-list.ts';
import type { PickerChoice } from '../../../web/presenters/form/form-context.ts';
import { changeInWords, moveInWords } from '../../../web/presenters/instance-history.ts';
import { type Speaking, spokenText } from '../../../web/presenters/spoken-value.ts';
import type { Asker } from '../../access/asker.ts';
import { type VisibleInstance, visibleInstance } from '../../access/visible-instance.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { newId } from '../../new-id.ts';
import { correctableFields } from '../../use-cases/correctable-fields.ts';
import { correctData } from '../../use-cases/correct-data.ts';
import { previewCorrection } from '../../use-cases/preview-correction.ts';
import { type InstanceView, viewOf } from '../../use-cases/read-instance.ts';
import { seqToExpect } from '../../use-cases/seq-to-expect.ts';
import { storeUpload } from '../../use-cases/store-upload.ts';
import { type FormFlow, NOTHING_ELSE } from '../form-flow.ts';
import { formRoutes } from '../form-routes.ts';
import { askingContext, readingContext } from '../instance-context.ts';
import { type PageContext, sendPage, signedIn, tellNext } from '../page-context.ts';
import { instanceFrame } from './instance-frame.ts';

/** The name of the reason in the form; no data field can have it, as theirs have no hyphens. */
const REASON = 'reason-of-correction';

/** Mistakes are corrected, not deleted: by the coordinator, with a reason, and with both values kept. */
export function correctionPages(context: PageContext, router: Router): void {
  const { services } = context;

  const path = '/instances/:id/correct';
  router.get(path, async (request, response, next) => {
    const asker = await signedIn(context, request);
    const visible = await visibleInstance(services, asker, request.params.id);
    if (chosenFields(request, visible).length > 0) return next();
    await chooseFields(context, request, response, asker, visible);
  });
  formRoutes(context, router, path, async (request, asker) => {
    const visible = await visibleInstance(services, asker, String(request.params['id']));
    return flowFor(context, request, asker, visible, chosenFields(request, visible));
  });
}

/** The fields named in the address that there are and that are open to correction. */
function chosenFields(request: Request, visible: VisibleInstance): readonly string[] {
  const asked: unknown = request.query['field'];
  const names = new Set<unknown>(Array.isArray(asked) ? asked : [asked]);
  return correctableFields(visible)
    .filter(({ name, locked }) => locked === null && names.has(name))
    .map(({ name }) => name);
}

/** First which fields are wrong: a form of a hundred fields would only hide the one that is. */
async function chooseFields(
  context: PageContext,
  request: Request,
  response: Response,
  asker: Asker,
  visible: VisibleInstance,
): Promise<void> {
  const { services } = context;
  const view = await viewOf(services, asker, visible);
  requireMayCorrect(view);
  const speaking = await speakingOf(context, asker, view);
  const fields = correctableFields(visible).map(({ name, schema, locked }) => ({
    name,
    title: schema.title ?? name,
    under: schema.under ?? '',
    now: inBrief(speaking, view, name),
    locked: locked ?? '',
  }));
  const open = fields.filter(({ locked }) => locked === '');
  const filled = open.filter(({ now }) => now !== '');
  await sendPage(context, request, response, {
    view: 'pages/correct',
    frame: {
      ...(await instanceFrame(services, view, 'Correct something')),
      hasErrors: request.query['chosen'] !== undefined,
    },
    content: {
      caption: view.title,
      action: `/instances/${view.id}/correct`,
      // What holds something is more often wrong than what holds nothing.
      filled: filled.filter(({ under }) => under === ''),
      groups: [...new Set(filled.map(({ under }) => under))]
        .filter((title) => title !== '')
        .map((title) => ({ title, choices: filled.filter(({ under }) => under === title) })),
      empty: open.filter(({ now }) => now === ''),
      locked: fields.filter(({ locked, now }) => locked !== '' && now !== ''),
      errors:
        request.query['chosen'] === undefined
          ? []
          : [{ href: '#field-1', message: 'Choose at least one thing that is wrong' }],
      cancel: { href: `/instances/${view.id}`, text: 'Cancel' },
    },
    asker,
  });
}

async function flowFor(
  context: PageContext,
  request: Request,
  asker: Asker,
  visible: VisibleInstance,
  chosen: readonly string[],
): Promise<FormFlow> {
  const { services, worker } = context;
  const { head } = visible;
  const id = head.stored.instance;
  const view = await viewOf(services, asker, visible);
  requireMayCorrect(view);
  const { partnership } = head.commit.origin;
  const schema = correctionSchema(view.dataSchema, chosen);
  const values = Object.fromEntries(chosen.map((name) => [name, view.data[name]]));
  const query = chosen.map((name) => `field=${encodeURIComponent(name)}`).join('&');
  const asking = await askingContext(services, asker, {
    partnership,
    instance: id,
    workflow: head.workflow.definition.id,
    schema,
    scope: {},
  });
  return {
    asker,
    frame: await instanceFrame(services, view, 'Correct something'),
    fresh: { _key: newId(), _seq: String(view.seq) },
    page: {
      schema,
      action: `/instances/${id}/correct?${query}`,
      heading: 'Correct something',
      caption: view.title,
      lead: [
        'Write it as it should be. The history keeps what stood here before, who corrected it and why; those concerned are told. To take an answer away, leave it empty.',
      ],
      submit: 'Record the correction',
      grave: false,
      confirm: null,
      check: 'always',
      documents: [],
      context: { ...asking, organisations: everyOne(asking.organisations) },
      values,
      cancel: { href: `/instances/${id}`, text: 'Cancel' },
    },
    keep: (upload) => storeUpload(services, { partnership, instance: id }, upload),
    async preview(answers) {
      const { changes, reason } = corrected(view, chosen, answers);
      const preview = await previewCorrection(services, asker, { instance: id, changes, reason });
      const speaking = await speakingOf(context, asker, view, answers);
      return alsoShown(view, speaking, changes, preview);
    },
    async send(answers, carried) {
      const answer = await correctData(services, asker, {
        instance: id,
        ...corrected(view, chosen, answers),
        expectedSeq: await seqToExpect(services.store, head, Number(carried['_seq'])),
        idempotencyKey: carried['_key'] ?? newId(),
      });
      worker.wake();
      tellNext(
        request,
        answer.repeated ? 'Already recorded' : 'Corrected',
        answer.repeated
          ? 'The correction came twice. It was recorded once.'
          : 'The correction has been recorded, and those concerned are told.',
      );
      return `/instances/${id}`;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}

/** Nothing is required but the reason: a wrong answer may have to be taken away. */
function correctionSchema(data: JsonSchema, chosen: readonly string[]): JsonSchema {
  const properties = Object.fromEntries(
    chosen.map((name) => {
      const { default: _, prefill: __, ...property } = data.properties?.[name] ?? {};
      return [name, property];
    }),
  );
  return {
    type: 'object',
    additionalProperties: false,
    required: [REASON],
    properties: {
      ...properties,
      [REASON]: {
        type: 'string',
        title: 'Why is this corrected?',
        description: 'It stays in the history, and those concerned read it.',
        minLength: 1,
        maxLength: 1000,
        multiline: true,
        rows: 3,
      },
    },
  };
}

/** Only what is really different is a change; what was left empty is taken away. */
function corrected(
  { data, dataSchema }: InstanceView,
  chosen: readonly string[],
  answers: JsonObject,
): { readonly changes: JsonObject; readonly reason: string } {
  const reason = answers[REASON];
  const changes: Record<string, JsonObject[string]> = {};
  for (const name of chosen) {
    const before = data[name] ?? null;
    const isList = dataSchema.properties?.[name]?.type === 'array';
    const after = answers[name] ?? (isList ? [] : null);
    if (canonicalJson(before) !== canonicalJson(after)) changes[name] = after;
  }
  if (Object.keys(changes).length === 0) {
    throw new ConcordatError('invalid-input', 'nothing was changed', {
      userMessage: 'Nothing is different from what is recorded. Change what is wrong, or cancel.',
    });
  }
  return { changes, reason: typeof reason === 'string' ? reason : '' };
}

function alsoShown(
  { data, dataSchema, timeZone }: InstanceView,
  speaking: Speaking,
  changes: JsonObject,
  preview: Awaited<ReturnType<typeof previewCorrection>>,
): readonly AlsoShown[] {
  const moved = preview.moved.map((move) => moveInWords(move, timeZone));
  return [
    {
      title: 'What will be different',
      lines: Object.entries(changes).map(([field, after]) =>
        changeInWords(
          { data: dataSchema, speaking },
          { field, before: data[field] ?? null, after },
        ),
      ),
    },
    {
      title: 'Deadlines',
      lines: moved.length > 0 ? moved : ['No deadline moves.'],
    },
    ...(preview.reached === null
      ? []
      : [{ title: 'Where it will then stand', lines: [preview.reached] }]),
  ];
}

/** What a field holds now, short enough to choose by. */
function inBrief(speaking: Speaking, { data, dataSchema }: InstanceView, name: string): string {
  const entries = listOf(dataSchema, name, data[name]);
  if (entries === undefined) return spokenText(speaking, dataSchema, name, data[name]);
  return ['', '1 entry'][entries.length] ?? `${entries.length} entries`;
}

async function speakingOf(
  { services }: PageContext,
  asker: Asker,
  { id, data, timeZone }: InstanceView,
  more: JsonObject = {},
): Promise<Speaking> {
  const context = await readingContext(services, asker, id, [data, more]);
  return { context, names: context.names, timeZone };
}

/** What is put right may name an organisation that has left. */
function everyOne(choices: readonly PickerChoice[] | undefined): readonly PickerChoice[] {
  return (choices ?? []).map((choice) => ({ ...choice, outside: false }));
}

function requireMayCorrect({ mayCorrect }: InstanceView): void {
  if (mayCorrect) return;
  throw new ConcordatError('not-allowed', 'only coordinators correct data', {
    userMessage: 'Only the coordinator can correct this. Tell them what is wrong.',
  });
}
