import { checkForm } from '../../engine/check-form.ts';
import { emptiedBy, partEmptied } from '../../engine/emptied.ts';
import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { formFieldsOf } from '../../engine/step.ts';
import type { Asker } from '../access/asker.ts';
import { visibleInstance } from '../access/visible-instance.ts';
import { canonicalJson } from '../canonical-json.ts';
import { revealPersonal } from '../access/personal-values.ts';
import { readCommit } from '../runtime/head.ts';
import { keptKey } from '../runtime/kept-key.ts';
import type { Answer } from '../runtime/runtime.ts';
import { pseudonymise } from '../runtime/pseudonymise.ts';
import type { Services } from '../services.ts';
import { checkReferences } from './check-references.ts';
import { requestedTransition } from './requested-transition.ts';

export interface SendEvent {
  readonly instance: string;
  readonly event: string;
  /** What the form gives; null for what it takes away. */
  readonly fields: JsonObject;
  /** The manifest hash of the document that was read, where the event decides on one. */
  readonly manifest?: string;
  readonly expectedSeq?: number;
  readonly idempotencyKey?: string;
}

/**
 * A person's event, from a page, a link or the API alike. Throws what access, the form's check and
 * the step throw; then nothing was recorded.
 */
export async function sendEvent(
  services: Services,
  asker: Asker,
  request: SendEvent,
): Promise<Answer> {
  const repeated = await earlierAnswer(services, asker, request);
  if (repeated) return repeated;
  try {
    return await sendForTheFirstTime(services, asker, request);
  } catch (error) {
    // sent twice at once, it may have been taken by another server in the meantime
    const taken = await earlierAnswer(services, asker, request);
    if (taken) return taken;
    throw error;
  }
}

async function sendForTheFirstTime(
  services: Services,
  asker: Asker,
  request: SendEvent,
): Promise<Answer> {
  const { instance, event, expectedSeq, idempotencyKey } = request;
  const visible = await visibleInstance(services, asker, instance);
  const wanted = requestedTransition(asker, visible, event);
  const { fields, emptied } = partEmptied(wanted.form, request.fields);
  checkForm(wanted.form, fields);
  const { partnership } = visible.head.commit.origin;
  await checkReferences(services, asker, wanted.form, fields, { partnership, instance });
  const { values, personal } = pseudonymise(wanted.form, fields, instance);
  return services.runtime.send({
    instance,
    event: {
      ...values,
      type: event,
      ...(emptied.length === 0 ? {} : { emptied }),
      ...(wanted.party === null ? {} : { party: wanted.party }),
      ...(wanted.decides === null ? {} : { manifest: request.manifest ?? '' }),
    },
    source: { kind: 'person' },
    by: wanted.by,
    cause: wanted.cause,
    personal,
    ...(expectedSeq === undefined ? {} : { expectedSeq }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
}

/**
 * A repeated request finds its first answer even when the instance has moved on and the event would
 * no longer be possible.
 */
async function earlierAnswer(
  { store }: Services,
  asker: Asker,
  { instance, event, idempotencyKey, fields }: SendEvent,
): Promise<Answer | undefined> {
  const key = keptKey(idempotencyKey, {
    cause: { kind: 'person' },
    by: { person: asker.person.id },
  });
  if (key === undefined) return undefined;
  const first = await store.commits.findByIdempotencyKey(instance, key);
  if (!first) return undefined;
  const commit = readCommit(first);
  if (commit.event.type !== event) return undefined;
  // What they sent themselves is compared with what they send again, and shown to nobody.
  const recorded = (await revealPersonal(store, instance, commit.event, () => true)) as JsonObject;
  const emptied = Object.fromEntries(emptiedBy(recorded).map((name) => [name, null]));
  const sent = { ...formFieldsOf({ ...recorded, type: event }), ...emptied };
  if (canonicalJson(sent) !== canonicalJson(fields)) {
    throw new ConcordatError('idempotency-mismatch', `key ${idempotencyKey} had other answers`, {
      userMessage:
        'This page was sent before with other answers, and those were recorded. If you want to record these as well, send them again.',
    });
  }
  return { instance, seq: first.seq, hash: first.hash, repeated: true, taken: true };
}
