import type { Transition } from '../state-tree.ts';
import { formSchema } from '../form.ts';
import type { JsonSchema } from '../json-schema.ts';
import type { LintContext } from './lint-context.ts';
import { schemaAt } from './schema-path.ts';

/** What an expression may read, as a JSON Schema; `{}` where anything may stand. */
export type ScopeSchema = JsonSchema & {
  readonly properties: Readonly<Record<string, JsonSchema>>;
};

const TEXT: JsonSchema = { type: 'string' };
const ANY: JsonSchema = {};

/** The names every expression may read; `event` is what is known of the event where it stands. */
export function scopeSchema(
  context: LintContext,
  event: JsonSchema,
  more: Readonly<Record<string, JsonSchema>> = {},
): ScopeSchema {
  const { definition } = context;
  return {
    type: 'object',
    $defs: { ...event.$defs, ...definition.data.$defs },
    properties: {
      data: definition.data,
      event,
      settings: settingsSchema(context),
      at: TEXT,
      today: { type: 'string', format: 'date' },
      by: objectWith({
        person: TEXT,
        organisation: TEXT,
        role: TEXT,
        authority: TEXT,
        authorityBy: TEXT,
        authorityAt: TEXT,
        proof: TEXT,
      }),
      party: TEXT,
      instance: objectWith({ id: TEXT, partnership: TEXT, parent: TEXT, timeZone: TEXT }),
      documents: objectWith(
        Object.fromEntries([...context.documents].map((name) => [name, DOCUMENT])),
      ),
      ...more,
    },
  };
}

/** What is known when an instance starts; later it has to come by signal. */
export const PARTNERSHIP: JsonSchema = objectWith({
  id: TEXT,
  title: TEXT,
  lead: TEXT,
  organisations: { type: 'array', items: TEXT },
  kinds: { type: 'object', additionalProperties: TEXT },
});

const DOCUMENT = objectWith({
  title: TEXT,
  html: TEXT,
  pdf: TEXT,
  text: TEXT,
  manifest: TEXT,
  at: TEXT,
  request: TEXT,
});

/** The fields of the event that takes a transition, as far as the definition says them. */
export function eventSchema(context: LintContext, transition: Transition | null): JsonSchema {
  if (transition === null) return ANY;
  const { kind, config } = transition;
  if (kind === 'after') return objectWith({ type: TEXT, timer: TEXT, visit: {}, dueAt: TEXT });
  const meta = config.meta;
  if (kind !== 'on' || meta?.label === undefined || meta.signal !== undefined) return ANY;
  const form = formSchema(meta.form, context.definition.data);
  return {
    type: 'object',
    ...(form.$defs ? { $defs: form.$defs } : {}),
    properties: {
      ...form.properties,
      type: TEXT,
      emptied: { type: 'array', items: TEXT },
      ...(meta.eachParty === true ? { party: TEXT } : {}),
      ...(meta.decides === undefined ? {} : { manifest: TEXT }),
    },
  };
}

/** The scope inside `forEach`: `item` is an entry of the list, when the list is known. */
export function withItem(scope: ScopeSchema, forEach: unknown): ScopeSchema {
  if (typeof forEach !== 'string') return scope;
  const list = schemaAt(scope, forEach.split('.'));
  const item = list.found ? (list.schema.items ?? ANY) : ANY;
  return { ...scope, properties: { ...scope.properties, item } };
}

function settingsSchema({ definition }: LintContext): JsonSchema {
  return objectWith(
    Object.fromEntries(
      Object.entries(definition.settings ?? {}).map(([name, { type }]) => [name, { type }]),
    ),
  );
}

function objectWith(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, additionalProperties: false };
}
