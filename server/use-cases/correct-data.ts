import { checkForm } from '../../engine/check-form.ts';
import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import type { Asker } from '../access/asker.ts';
import { visibleInstance } from '../access/visible-instance.ts';
import { pseudonymise } from '../runtime/pseudonymise.ts';
import type { Answer } from '../runtime/runtime.ts';
import type { Services } from '../services.ts';
import { checkReferences } from './check-references.ts';
import { isCoordinatorHere } from './read-instance.ts';

export interface CorrectData {
  readonly instance: string;
  /** New values by data field; null takes a value away. */
  readonly changes: JsonObject;
  readonly reason: string;
  readonly expectedSeq?: number;
  readonly idempotencyKey?: string;
}

/**
 * The coordinator mends a mistake. Nothing is deleted: history shows both, deadlines move with the
 * data, those concerned are told. Throws `not-allowed` for others and for what has been signed, and
 * `invalid-input` for a value that its field cannot take.
 */
export async function correctData(
  services: Services,
  asker: Asker,
  request: CorrectData,
): Promise<Answer> {
  const { instance, expectedSeq, idempotencyKey } = request;
  const visible = await visibleInstance(services, asker, instance);
  if (asker.kind !== 'person' || !isCoordinatorHere(visible.standing)) {
    throw new ConcordatError('not-allowed', 'only coordinators correct data', {
      userMessage: 'Only the coordinator can correct this. Tell them what is wrong.',
    });
  }
  const { standing, head } = visible;
  const schema = head.workflow.definition.data;
  checkChanges(schema, request.changes);
  const { partnership } = head.commit.origin;
  await checkReferences(services, asker, schema, request.changes, { partnership, instance });
  const { values, personal } = pseudonymise(schema, request.changes, instance);
  return services.runtime.send({
    instance,
    event: { type: 'concordat.correct', changes: values, reason: request.reason },
    source: { kind: 'engine' },
    by: {
      person: asker.person.id,
      organisation: standing.organisation,
      role: 'coordinator',
      authority: standing.authority,
    },
    cause: { kind: 'person' },
    personal,
    ...(expectedSeq === undefined ? {} : { expectedSeq }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
}

/** Each new value as it was given: of a personal one the step sees no more than a reference. */
function checkChanges({ properties = {} }: JsonSchema, changes: JsonObject): void {
  const given = Object.entries(changes).filter(
    ([name, value]) => value !== null && Object.hasOwn(properties, name),
  );
  const fields = Object.fromEntries(given.map(([name]) => [name, properties[name] ?? {}]));
  checkForm({ type: 'object', properties: fields }, Object.fromEntries(given));
}
