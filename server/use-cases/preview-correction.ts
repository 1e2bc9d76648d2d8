import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { placeOf } from '../../engine/place.ts';
import { step } from '../../engine/step.ts';
import type { Asker } from '../access/asker.ts';
import { visibleInstance } from '../access/visible-instance.ts';
import { scopeAtHead, surroundingsOf } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import { isCoordinatorHere } from './read-instance.ts';
import type { MovedDeadline } from './read-history.ts';

/** What a correction would bring, before anybody commits it. */
export interface CorrectionPreview {
  readonly moved: readonly MovedDeadline[];
  /** Where it would then stand; null when that stays as it is. */
  readonly reached: string | null;
}

/**
 * Takes the step of a correction without recording it. Throws what the correction itself would:
 * `not-allowed` for others than the coordinator and for what is locked, `invalid-input`,
 * `data-refused`.
 */
export async function previewCorrection(
  services: Services,
  asker: Asker,
  request: { readonly instance: string; readonly changes: JsonObject; readonly reason: string },
): Promise<CorrectionPreview> {
  const { clock } = services;
  const { head, standing } = await visibleInstance(services, asker, request.instance);
  if (asker.kind !== 'person' || !isCoordinatorHere(standing)) {
    throw new ConcordatError('not-allowed', 'only coordinators correct data', {
      userMessage: 'Only the coordinator can correct this. Tell them what is wrong.',
    });
  }
  const { workflow, commit } = head;
  const { snapshot, timers } = commit;
  const result = step({
    ...surroundingsOf(head, clock.now()),
    by: { person: asker.person.id, organisation: standing.organisation, role: 'coordinator' },
    head: { snapshot, timers },
    event: { type: 'concordat.correct', changes: request.changes, reason: request.reason },
    source: { kind: 'engine' },
  });
  const scope = scopeAtHead(head, clock.now());
  const after = { ...scope, data: result.snapshot.data };
  const [now, then] = [
    placeOf(workflow, snapshot, scope).title,
    placeOf(workflow, result.snapshot, after).title,
  ];
  const titles = workflow.definition.deadlines ?? {};
  return {
    moved: result.moved.map(({ deadline, from, to }) => ({
      title: titles[deadline]?.title ?? deadline,
      from,
      to,
    })),
    reached: now === then ? null : then,
  };
}
