import { checkForm } from '../../engine/check-form.ts';
import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { Asker } from '../access/asker.ts';
import { derivedId } from '../new-id.ts';
import type { Services } from '../services.ts';
import type { Partnership } from '../store/directory.ts';
import { requireInstallation } from './installation.ts';

/** The workflow that is a partnership's own course. */
export const PARTNERSHIP_WORKFLOW = 'partnership';

export interface CreatePartnership {
  /** The start form of the partnership workflow, filled in. */
  readonly form: JsonObject;
  readonly lead: string;
  /** All organisations that take part, the lead among them. */
  readonly organisations: readonly string[];
  readonly idempotencyKey: string;
}

/**
 * Sets up a partnership and begins its own course. Coordinators and administrators do this; whoever
 * does becomes its coordinator. Asked twice under one key, it is made once.
 */
export async function createPartnership(
  services: Services,
  asker: Asker,
  request: CreatePartnership,
): Promise<Partnership> {
  const { store, workflows, runtime, clock } = services;
  const { person } = asker;
  if (asker.kind !== 'person' || !(person.coordinator || person.administrator)) {
    throw new ConcordatError('not-allowed', 'only coordinators set up partnerships', {
      userMessage: 'Only a coordinator can set up a partnership. Ask yours to do it.',
    });
  }
  const workflow = workflows.newestOf(PARTNERSHIP_WORKFLOW);
  checkForm(workflow.startForm.shown, request.form);
  const organisations = [...new Set([request.lead, ...request.organisations])];
  for (const id of organisations) await requireOrganisation(services, id);
  const id = derivedId('partnership', person.id, request.idempotencyKey);
  const instance = derivedId('course', id);
  const { title } = request.form;
  const partnership: Partnership = {
    id,
    title: typeof title === 'string' ? title : workflow.definition.title,
    lead: request.lead,
    organisations,
    instance,
    createdAt: clock.now(),
  };
  const known = await store.directory.partnership(id);
  if (!known) await store.directory.putPartnership(partnership);
  const installation = await requireInstallation(store);
  await runtime.start({
    workflow: PARTNERSHIP_WORKFLOW,
    instance,
    origin: {
      partnership: id,
      parent: null,
      timeZone: installation.timeZone,
      region: installation.region,
    },
    form: request.form,
    partnership: { id, lead: request.lead, organisations },
    settings: (installation.workflowSettings[PARTNERSHIP_WORKFLOW] ?? {}) as JsonObject,
    by: {
      person: person.id,
      organisation: person.organisation,
      role: 'coordinator',
      authority: null,
    },
    cause: { kind: 'person' },
    idempotencyKey: request.idempotencyKey,
  });
  const members = await store.directory.members(id);
  if (!members.some((member) => member.person === person.id)) {
    await store.directory.putMembership({
      partnership: id,
      person: person.id,
      organisation: person.organisation,
      roles: person.organisation === request.lead ? ['coordinator', 'lead'] : ['coordinator'],
      authority: null,
      since: clock.now(),
    });
  }
  return known ?? partnership;
}

async function requireOrganisation({ store }: Services, id: string): Promise<void> {
  if (await store.directory.organisation(id)) return;
  throw new ConcordatError('invalid-input', `there is no organisation ${id}`, {
    userMessage: 'One of the organisations is not known here. Choose it from the list again.',
  });
}
