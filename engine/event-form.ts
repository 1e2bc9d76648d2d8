import type { CompiledWorkflow } from './compile.ts';
import { listOf, type MachineConfig, type TransitionMeta } from './definition.ts';
import type { JsonSchema } from './json-schema.ts';

/** A transition that people take, wherever in the workflow it is. */
export interface EventForm {
  readonly label: string;
  readonly form: JsonSchema;
}

/**
 * The form of an event whether or not it can be taken now: to read what was recorded with it, or to
 * show again what was typed when the record has moved on. Undefined for an event nobody takes.
 */
export function eventForm(workflow: CompiledWorkflow, event: string): EventForm | undefined {
  const meta = metasOf(workflow.definition.machine, event).find(({ label }) => label !== undefined);
  if (meta === undefined) return undefined;
  const form = workflow.forms.get(meta)?.shown ?? { type: 'object', properties: {} };
  return { label: meta.label ?? event, form };
}

function metasOf(config: MachineConfig, event: string): readonly TransitionMeta[] {
  const transitions = config.on;
  const own =
    transitions !== undefined && Object.hasOwn(transitions, event)
      ? listOf(transitions[event]).flatMap(({ meta }) => meta ?? [])
      : [];
  return [...own, ...Object.values(config.states ?? {}).flatMap((inner) => metasOf(inner, event))];
}
