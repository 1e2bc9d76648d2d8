import type { JsonObject } from '../../engine/json-value.ts';
import type { Answer } from '../runtime/runtime.ts';
import type { Services } from '../services.ts';
import { checkLinkCode } from './link-code.ts';
import { type OpenedLink, requireOpen } from './open-link.ts';
import { sendEvent } from './send-event.ts';
import { requireOwnSignature, requireTypedName, SIGNED_NAME } from './typed-name.ts';

export interface ActByLink {
  readonly event: string;
  readonly fields: JsonObject;
  /** The manifest hash of the text that was shown, if any: a link for no text in particular binds it. */
  readonly manifest: string;
  /**
   * The name that was typed to confirm, which a program that clicks buttons does not do; null where
   * the form itself asks for the signature's name.
   */
  readonly typedName: string | null;
  /** The code from the e-mail, where one is asked for. */
  readonly code: string;
  readonly idempotencyKey: string;
  /** Of the record as it was read, where the decision is on what it holds. */
  readonly expectedSeq?: number;
}

/**
 * Somebody without an account decides, answers or comments by their link. The decision binds the
 * manifest the link was made for. Throws what keeps a link from being used, `invalid-input` for a
 * name or code that is not theirs, and all that `sendEvent` throws.
 */
export async function actByLink(
  services: Services,
  opened: OpenedLink,
  request: ActByLink,
): Promise<Answer> {
  const { link, person, asker, view } = opened;
  requireOpen(opened);
  const { typedName } = request;
  if (typedName !== null) requireTypedName(typedName, person);
  const signed = request.fields[SIGNED_NAME];
  if (typeof signed === 'string') requireOwnSignature(signed, person);
  if (link.needsCode) await checkLinkCode(services, link, request.code);
  return sendEvent(services, asker, {
    instance: view.id,
    event: request.event,
    fields: request.fields,
    manifest: link.manifest ?? request.manifest,
    idempotencyKey: request.idempotencyKey,
    ...(request.expectedSeq === undefined ? {} : { expectedSeq: request.expectedSeq }),
  });
}
