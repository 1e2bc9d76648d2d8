import { dateIn } from './deadline.ts';
import type { CompiledWorkflow } from './compile.ts';
import type { WorkflowDefinition } from './definition.ts';
import type { JsonObject } from './json-value.ts';
import type { ActingPerson, EngineEvent, InstanceFacts, PartnershipFacts, Scope } from './scope.ts';
import type { Data, InstanceSnapshot } from './snapshot.ts';
import type { WorkingCalendar } from './working-calendar.ts';

/** What a step is taken in. Time is an argument: `at` never precedes the previous commit's. */
export interface StepSurroundings {
  readonly workflow: CompiledWorkflow;
  /** UTC instant with milliseconds. */
  readonly at: string;
  readonly by: ActingPerson | null;
  readonly instance: InstanceFacts;
  readonly settings: JsonObject;
  readonly calendar: WorkingCalendar;
}

/** The scope of a step: what its expressions may read. */
export function scopeOf(
  input: StepSurroundings,
  event: EngineEvent,
  data: Data,
  documents: InstanceSnapshot['documents'],
  partnership: PartnershipFacts | null,
): Scope {
  return {
    data,
    event,
    settings: settingsOf(input),
    at: input.at,
    today: dateIn(input.at, input.instance.timeZone),
    by: input.by,
    party: event.party ?? null,
    instance: input.instance,
    documents,
    partnership,
  };
}

/** The settings in force: the definition's defaults, overridden by what the coordinator chose. */
function settingsOf({ workflow, settings }: StepSurroundings): JsonObject {
  return { ...defaultsOf(workflow.definition), ...settings };
}

const defaults = new WeakMap<WorkflowDefinition, JsonObject>();

function defaultsOf(definition: WorkflowDefinition): JsonObject {
  const known = defaults.get(definition);
  if (known) return known;
  const entries = Object.entries(definition.settings ?? {});
  const own = Object.fromEntries(entries.map(([name, spec]) => [name, spec.default] as const));
  defaults.set(definition, own);
  return own;
}
