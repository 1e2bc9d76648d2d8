import { isConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { Answer } from '../runtime/runtime.ts';
import type { Services } from '../services.ts';
import { requireAsRead } from './decided-on.ts';
import { checkLinkCode } from './link-code.ts';
import { type OpenedLink, openLink, requireOpen } from './open-link.ts';
import { sendEvent } from './send-event.ts';
import { requireOwnSignature, requireTypedName, SIGNED_NAME } from './typed-name.ts';

export interface ActByLink {
  readonly event: string;
  readonly fields: JsonObject;
  /** The manifest hash of the text that was shown, if any: a link for no text in particular binds it. */
  readonly manifest: string;
  /** The mark of what else was shown to be decided on; empty where nothing was. */
  readonly read: string;
  /**
   * The name that was typed to confirm, which a program that clicks buttons does not do; null where
   * the form itself asks for the signature's name.
   */
  readonly typedName: string | null;
  /** The code from the e-mail, where one is asked for. */
  readonly code: string;
  readonly idempotencyKey: string;
}

/** Others may do something in the same moment that changes nothing of what was read. */
const MOST_TRIES = 5;

/**
 * Somebody without an account decides, answers or comments by their link. The decision binds the
 * manifest the link was made for. Throws what keeps a link from being used, `invalid-input` for a
 * name or code that is not theirs, `manifest-changed` for what is no longer as it was read, and all
 * that `sendEvent` throws.
 */
export async function actByLink(
  services: Services,
  opened: OpenedLink,
  request: ActByLink,
): Promise<Answer> {
  const { link, person } = opened;
  requireOpen(opened);
  const { typedName } = request;
  if (typedName !== null) requireTypedName(typedName, person);
  const signed = request.fields[SIGNED_NAME];
  if (typeof signed === 'string') requireOwnSignature(signed, person);
  if (link.needsCode) await checkLinkCode(services, link, request.code);
  let now = opened;
  for (let tries = 1; ; tries += 1) {
    try {
      return await actOnce(services, now, request);
    } catch (error) {
      const stale = isConcordatError(error) && error.code === 'stale-sequence';
      if (!stale || tries === MOST_TRIES) throw error;
      now = await openLink(services, (await services.store.links.get(link.id)) ?? link);
    }
  }
}

/** What was read of the record must still stand there in the commit that decides on it. */
async function actOnce(
  services: Services,
  opened: OpenedLink,
  { event, fields, manifest, read, idempotencyKey }: ActByLink,
): Promise<Answer> {
  const { link, asker, view } = opened;
  requireOpen(opened);
  const option = view.options.find((one) => one.event === event);
  if (option) requireAsRead(view, option, read);
  return sendEvent(services, asker, {
    instance: view.id,
    event,
    fields,
    manifest: link.manifest ?? manifest,
    idempotencyKey,
    ...(option && option.about.length > 0 ? { expectedSeq: view.seq } : {}),
  });
}
