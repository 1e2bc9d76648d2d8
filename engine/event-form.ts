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
 * show again what was typed when the record has moved on. Where the event has another form in another
 * place, it holds the fields and the choices of all of them. Undefined for an event nobody takes.
 */
export function eventForm(workflow: CompiledWorkflow, event: string): EventForm | undefined {
  const metas = metasOf(workflow.definition.machine, event).filter(
    ({ label }) => label !== undefined,
  );
  if (metas.length === 0) return undefined;
  const forms = metas.flatMap((meta) => workflow.forms.get(meta)?.shown ?? []);
  return { label: metas[0]?.label ?? event, form: forms.reduce(together, NO_FIELDS) };
}

const NO_FIELDS: JsonSchema = { type: 'object', properties: {} };

function together(all: JsonSchema, next: JsonSchema): JsonSchema {
  const known = all.properties ?? {};
  const fields = Object.entries(next.properties ?? {}).map(([name, field]) => [
    name,
    Object.hasOwn(known, name) ? withChoicesOf(known[name] ?? {}, field) : field,
  ]);
  return { ...next, ...all, properties: { ...known, ...Object.fromEntries(fields) } };
}

function withChoicesOf(field: JsonSchema, other: JsonSchema): JsonSchema {
  if (field.oneOf === undefined || other.oneOf === undefined) return field;
  const known = new Set(field.oneOf.map((choice) => choice.const));
  return {
    ...field,
    oneOf: [...field.oneOf, ...other.oneOf.filter((choice) => !known.has(choice.const))],
  };
}

function metasOf(config: MachineConfig, event: string): readonly TransitionMeta[] {
  const transitions = config.on;
  const own =
    transitions !== undefined && Object.hasOwn(transitions, event)
      ? listOf(transitions[event]).flatMap(({ meta }) => meta ?? [])
      : [];
  return [...own, ...Object.values(config.states ?? {}).flatMap((inner) => metasOf(inner, event))];
}
