import { checkForm } from '../../engine/check-form.ts';
import { ConcordatError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { holdsRole } from '../../engine/role.ts';
import { scopeOf } from '../../engine/surroundings.ts';
import type { CompiledWorkflow } from '../../engine/compile.ts';
import type { Asker } from '../access/asker.ts';
import { type PersonStanding, standingOf } from '../access/standing.ts';
import { holidayCalendar } from '../holiday-calendar.ts';
import { derivedId, newId } from '../new-id.ts';
import type { Answer } from '../runtime/runtime.ts';
import { pseudonymise } from '../runtime/pseudonymise.ts';
import type { Services } from '../services.ts';
import type { Partnership } from '../store/directory.ts';
import { checkReferences } from './check-references.ts';
import { PARTNERSHIP_WORKFLOW } from './create-partnership.ts';
import { requireInstallation } from './installation.ts';
import { visiblePartnership } from '../access/load-partnership.ts';
import { partnershipFacts } from '../access/partnership-facts.ts';

export interface StartWorkflow {
  readonly workflow: string;
  readonly partnership: string;
  readonly form: JsonObject;
  /** Data that no form asks for, given by another use case (never by the outside). */
  readonly data?: JsonObject;
  /** The instance it is started from, if any. */
  readonly parent?: string;
  readonly idempotencyKey?: string;
}

/** A person starts an instance in a partnership. Throws `not-allowed` naming who may. */
export async function startWorkflow(
  services: Services,
  asker: Asker,
  request: StartWorkflow,
): Promise<Answer> {
  const { store, workflows, runtime } = services;
  const workflow = workflows.newestOf(request.workflow);
  const partnership = await visiblePartnership(services, asker, request.partnership);
  const standing = await standingOf(store, asker.person, partnership.id);
  const role = roleToStart(services, workflow, partnership, standing);
  if (role === null) throw mayNotStart(workflow);
  const { shown } = workflow.startForm;
  checkForm(shown, request.form);
  const { idempotencyKey: key } = request;
  const instance = key === undefined ? newId() : startedInstance(asker, request.workflow, key);
  const place = { partnership: partnership.id, instance };
  await checkReferences(services, asker, shown, request.form, place);
  const { values, personal } = pseudonymise(shown, request.form, instance);
  const installation = await requireInstallation(store);
  return runtime.start({
    workflow: request.workflow,
    instance,
    origin: {
      partnership: partnership.id,
      parent: request.parent ?? null,
      timeZone: installation.timeZone,
      region: installation.region,
    },
    form: values,
    ...(request.data ? { data: request.data } : {}),
    partnership: await partnershipFacts(services, partnership),
    settings: (installation.workflowSettings[request.workflow] ?? {}) as JsonObject,
    by: {
      person: asker.person.id,
      organisation: standing.organisation,
      role,
      authority: standing.authority,
    },
    cause: { kind: 'person' },
    personal,
    ...(key === undefined ? {} : { idempotencyKey: key }),
  });
}

/**
 * The id of the instance that a start under this key makes: the same however often it is asked for,
 * and known beforehand, so that uploads can be kept for it.
 */
export function startedInstance(asker: Asker, workflow: string, key: string): string {
  return derivedId('start', asker.person.id, workflow, key);
}

/** The role in which somebody may start a workflow in a partnership, or null. */
export function roleToStart(
  { clock }: Pick<Services, 'clock'>,
  workflow: CompiledWorkflow,
  partnership: Partnership,
  standing: PersonStanding,
): string | null {
  const { definition } = workflow;
  // A partnership's own course is begun once, with the partnership.
  if (definition.id === PARTNERSHIP_WORKFLOW) return null;
  const scope = scopeOf(
    {
      workflow,
      at: clock.now(),
      by: { person: standing.person, organisation: standing.organisation, role: null },
      instance: { id: 'new', partnership: partnership.id, parent: null, timeZone: 'UTC' },
      settings: {},
      calendar: holidayCalendar('GB-ENG'),
    },
    { type: 'concordat.look' },
    {},
    {},
    partnership,
  );
  const mayHold = (role: string): boolean => {
    const spec = definition.roles[role];
    if (!spec) return false;
    // Before there are data, a role that is narrowed by them is judged by its membership alone.
    const { of: _, ...open } = spec;
    const roles = { ...definition.roles, [role]: open };
    return holdsRole({ ...definition, roles }, role, standing, scope);
  };
  return definition.start.by?.find(mayHold) ?? null;
}

/** Why this asker may not start a workflow, naming who may. */
export function mayNotStart({ definition }: CompiledWorkflow): ConcordatError {
  if (definition.id === PARTNERSHIP_WORKFLOW) {
    return new ConcordatError('not-allowed', 'a partnership is not started inside another', {
      userMessage: 'A new partnership is set up on the page “Partnerships”.',
    });
  }
  const who = (definition.start.by ?? []).map((role) => definition.roles[role]?.title ?? role);
  return new ConcordatError('not-allowed', `${definition.id} may not be started by this asker`, {
    userMessage:
      who.length === 0
        ? 'This is started by other steps and not by hand.'
        : `“${definition.start.label}” can only be done by: ${who.join(' or ')}.`,
  });
}
