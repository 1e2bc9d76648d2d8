import { checkForm } from '../../engine/check-form.ts';
import type { SettingSpec, WorkflowDefinition } from '../../engine/definition.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import type { Asker } from '../access/asker.ts';
import { bringSettings } from '../runtime/bring-settings.ts';
import type { Services } from '../services.ts';
import type { Actor } from '../store/commit.ts';
import { requireInstallation } from './installation.ts';
import { requireAdministrator } from './require-overseer.ts';

/** Steps of many instances become durable together, so a few are sent at once. */
const AT_ONCE = 32;
const ROWS_AT_ONCE = 500;
/** "P12W": what a setting holds that begins as a length of time. */
const DURATION = /^P\d+[DWMY]$/u;

/** The form of a workflow's settings; null where it has none. */
export function settingsSchema({ settings }: WorkflowDefinition): JsonSchema | null {
  if (settings === undefined || Object.keys(settings).length === 0) return null;
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(settings),
    properties: Object.fromEntries(
      Object.entries(settings).map(([name, spec]) => [name, fieldOf(spec)]),
    ),
  };
}

/** The settings in force for what is started now. */
export async function settingsNow(
  { store }: Pick<Services, 'store'>,
  { id, settings }: WorkflowDefinition,
): Promise<JsonObject> {
  const { workflowSettings } = await requireInstallation(store);
  const defaults = Object.entries(settings ?? {}).map(([name, spec]) => [name, spec.default]);
  const chosen = (workflowSettings[id] ?? {}) as JsonObject;
  return { ...(Object.fromEntries(defaults) as JsonObject), ...chosen };
}

/**
 * Changes a workflow's settings for what is started from now on and for every running instance, where
 * it is recorded, deadlines move with it and those concerned are told. What a broken-off change did not
 * reach, the sweep does (`startChangeSweep`). Answers how many running instances changed. Administrators only.
 */
export async function changeWorkflowSettings(
  services: Services,
  asker: Asker,
  workflow: string,
  values: JsonObject,
): Promise<number> {
  requireAdministrator(asker);
  const { store, workflows } = services;
  const { definition } = workflows.newestOf(workflow);
  checkForm(settingsSchema(definition) ?? { type: 'object' }, values);
  const installation = await requireInstallation(store);
  await store.installation.put({
    ...installation,
    workflowSettings: { ...installation.workflowSettings, [workflow]: values },
  });
  const { person } = asker;
  const by: Actor = {
    person: person.id,
    organisation: person.organisation,
    role: 'administrator',
    authority: null,
  };
  const running = await runningInstances(services, workflow);
  let changed = 0;
  const lanes = Array.from({ length: AT_ONCE }, async () => {
    for (let id = running.pop(); id !== undefined; id = running.pop()) {
      if (await bringSettings(services, by, id, values)) changed += 1;
    }
  });
  await Promise.all(lanes);
  return changed;
}

async function runningInstances({ store }: Services, workflow: string): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.instances.list({
      workflow,
      status: 'active',
      limit: ROWS_AT_ONCE,
      ...(after === undefined ? {} : { after }),
    });
    ids.push(...page.rows.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return ids;
}

function fieldOf(spec: SettingSpec): JsonSchema {
  const { title, description, type, minimum, maximum } = spec;
  const duration = typeof spec.default === 'string' && DURATION.test(spec.default);
  return {
    type,
    title,
    ...(description === undefined ? {} : { description }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(type === 'string' ? { minLength: 1, maxLength: 100 } : {}),
    ...(duration ? { format: 'duration' } : {}),
  };
}
