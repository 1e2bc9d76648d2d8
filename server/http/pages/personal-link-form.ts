import type { Request } from 'express';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import { buttonWords, headingWords } from '../../../web/presenters/button-words.ts';
import { newId } from '../../new-id.ts';
import { actByLink } from '../../use-cases/act-by-link.ts';
import type { OpenedLink } from '../../use-cases/open-link.ts';
import type { OfferedOption } from '../../use-cases/read-instance.ts';
import { storeUpload } from '../../use-cases/store-upload.ts';
import { markOf } from '../../use-cases/decided-on.ts';
import { CONFIRM_NAME, SIGNED_NAME } from '../../use-cases/typed-name.ts';
import { bannersOf } from '../banners-of.ts';
import { type FormFlow, NOTHING_ELSE } from '../form-flow.ts';
import { askingContext } from '../instance-context.ts';
import { showDecidedOn } from '../show-decided-on.ts';
import type { PageContext } from '../page-context.ts';

/** A field that the link's page adds to a form of the workflow. */
const LINK_CODE = 'linkCode';

/** What is typed to confirm, on every form behind a link that has no name of its own. */
export const NAME_TO_CONFIRM: JsonSchema = {
  type: 'string',
  title: 'Type your full name to confirm',
  minLength: 1,
  maxLength: 160,
};

/** The address of the link itself, whichever of its pages is asked for. */
export function linkBase(request: Request): string {
  return `/l/${String(request.params['token'])}`;
}

/**
 * One of the things that can be done with a personal link, as a form. It is not shown a second time
 * to be checked: whoever decides on a phone has read the text and types a name.
 */
export async function personalLinkFlow(
  { services, worker }: PageContext,
  request: Request,
  opened: OpenedLink,
  option: OfferedOption,
): Promise<FormFlow> {
  const { link, view, visible, asker, document } = opened;
  const base = linkBase(request);
  const schema = linkFormSchema(option, link.needsCode);
  const documentUrl = (hash: string): string => `${base}/documents/${hash}`;
  const about = await showDecidedOn(services, asker, view, { option, documentUrl });
  const place = { partnership: view.partnership?.id ?? null, instance: view.id };
  return {
    asker,
    frame: {
      title: option.label,
      back: { href: base, text: 'Back' },
      banners: await bannersOf(services, view),
    },
    // A text may be replaced while it is read: what is decided on is the one that was shown.
    fresh: {
      _key: newId(),
      _manifest: document?.manifest ?? '',
      _about: markOf(view, option),
    },
    page: {
      schema,
      action: `${base}/do/${option.event}`,
      heading: headingWords(option.label),
      caption: document?.title ?? view.title,
      lead: [
        ...(option.hint === null ? [] : [option.hint]),
        ...option.unmet.map(({ sentence }) => sentence),
      ],
      submit: buttonWords(option.label),
      grave: option.grave,
      confirm: option.confirm,
      documents: [],
      ...(about ? { about } : {}),
      context: await askingContext(services, asker, {
        ...place,
        workflow: view.workflow.id,
        schema,
        scope: { ...visible.scope, data: view.data },
      }),
      cancel: { href: base, text: 'Cancel' },
      check: 'never',
    },
    keep: (upload) => storeUpload(services, place, upload),
    async send(values, carried) {
      const { [CONFIRM_NAME]: typedName, [LINK_CODE]: code, ...fields } = values;
      await actByLink(services, opened, {
        event: option.event,
        fields,
        manifest: carried['_manifest'] ?? '',
        typedName: typeof typedName === 'string' ? typedName : null,
        code: typeof code === 'string' ? code : '',
        read: carried['_about'] ?? '',
        idempotencyKey: keyOf(opened, option, carried['_key'] ?? ''),
      });
      worker.wake();
      return `${base}/done/${option.event}`;
    },
    explain: () => Promise.resolve(NOTHING_ELSE),
  };
}

/** A decision has one key for ever; an answer or comment one for each form that was opened. */
function keyOf({ link }: OpenedLink, { event }: OfferedOption, carried: string): string {
  const decides = link.purpose === 'decide' && link.events.includes(event);
  return `link:${link.id}:${event}:${decides ? '' : carried.slice(0, 60)}`;
}

/**
 * The form of an option as it stands on a link's page: a typed full name confirms what a form without
 * a name of its own would let a button alone decide, and a code where the agreement asks for one.
 */
function linkFormSchema({ form }: OfferedOption, needsCode: boolean): JsonSchema {
  const known = schemas.get(form)?.[needsCode ? 1 : 0];
  if (known) return known;
  const both = [withConfirmation(form, false), withConfirmation(form, true)] as const;
  schemas.set(form, both);
  return both[needsCode ? 1 : 0];
}

/** One schema for each form: compiling its check is the slow part. */
const schemas = new WeakMap<JsonSchema, readonly [JsonSchema, JsonSchema]>();

function withConfirmation(form: JsonSchema, needsCode: boolean): JsonSchema {
  const named = Object.hasOwn(form.properties ?? {}, SIGNED_NAME);
  const own: Record<string, JsonSchema> = {};
  if (!named) own[CONFIRM_NAME] = NAME_TO_CONFIRM;
  if (needsCode) {
    own[LINK_CODE] = {
      type: 'string',
      title: 'Code from the e-mail',
      description: 'Six digits. Ask for a code first, above.',
      minLength: 1,
      maxLength: 12,
    };
  }
  return {
    ...form,
    type: 'object',
    properties: { ...form.properties, ...own },
    required: [...(form.required ?? []), ...Object.keys(own)],
  };
}
