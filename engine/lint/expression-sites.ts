import { type FormSpec, listOf, type ValueExpression } from '../definition.ts';
import type { JsonSchema } from '../json-schema.ts';
import { formSchema } from '../form.ts';
import type { ActionSite } from '../state-tree.ts';
import { pointerTo } from './finding.ts';
import type { LintContext } from './lint-context.ts';
import {
  eventSchema,
  PARTNERSHIP,
  type ScopeSchema,
  scopeSchema,
  withItem,
} from './scope-schema.ts';

/** One expression where it stands, and what it may read there. */
export interface ExpressionSite {
  readonly pointer: string;
  readonly language: 'cel' | 'path';
  readonly text: string;
  readonly scope: ScopeSchema;
  /** True where the answer decides something, so that it must not hang on erasable values. */
  readonly decides: boolean;
}

const NO_EVENT: JsonSchema = { type: 'object', properties: {} };

/** Every expression of a definition. */
export function expressionSites(context: LintContext): readonly ExpressionSite[] {
  return [
    ...sheetSites(context),
    ...startSites(context),
    ...context.tree.transitions.flatMap((transition) => {
      const { guard, meta } = transition.config;
      const scope = scopeSchema(context, eventSchema(context, transition));
      return [
        ...gateSites(guard?.params?.['all'], `${transition.pointer}/guard/params/all`, scope),
        ...prefillSites(meta?.form, `${transition.pointer}/meta/form`, context),
      ];
    }),
    ...context.tree.states.flatMap((state) =>
      stepSites(context, state.config.meta?.steps, state.pointer),
    ),
    ...context.tree.actions.flatMap((site) => actionSites(context, site)),
  ];
}

function sheetSites(context: LintContext): ExpressionSite[] {
  const { definition } = context;
  const scope = scopeSchema(context, NO_EVENT);
  const sites: ExpressionSite[] = [];
  const { sharedWhen } = definition.access ?? {};
  if (sharedWhen !== undefined) sites.push(cel('/access/sharedWhen', sharedWhen, scope, true));
  for (const [index, { when }] of (definition.locked ?? []).entries()) {
    if (when !== undefined) sites.push(cel(`/locked/${index}/when`, when, scope, true));
  }
  for (const [name, { owedBy, when }] of Object.entries(definition.deadlines ?? {})) {
    if (when !== undefined) {
      sites.push(cel(pointerTo('/deadlines', name, 'when'), when, scope, true));
    }
    for (const [role, { cel: owes }] of Object.entries(owedBy ?? {})) {
      const pointer = pointerTo('/deadlines', name, 'owedBy', role, 'cel');
      if (owes !== undefined) sites.push(cel(pointer, owes, scope, true));
    }
  }
  for (const [name, role] of Object.entries(definition.roles)) {
    for (const key of ['person', 'of'] as const) {
      const places = role[key];
      for (const [index, text] of listOf(places).entries()) {
        const at = pointerTo('/roles', name, key);
        sites.push(path(typeof places === 'string' ? at : `${at}/${index}`, text, scope));
      }
    }
    const { when } = role;
    if (when !== undefined) sites.push(cel(pointerTo('/roles', name, 'when'), when, scope, true));
  }
  return sites;
}

function startSites(context: LintContext): ExpressionSite[] {
  const { start, data } = context.definition;
  const event = { ...formSchema(start.form, data), additionalProperties: false };
  const scope = scopeSchema(context, event, { partnership: PARTNERSHIP });
  return [
    ...fieldSites(start.set, '/start/set', scope),
    ...prefillSites(start.form, '/start/form', context),
  ];
}

function gateSites(criteria: unknown, pointer: string, scope: ScopeSchema): ExpressionSite[] {
  if (!Array.isArray(criteria)) return [];
  return (criteria as readonly { cel?: string; none?: string }[]).flatMap((criterion, index) => [
    ...(criterion.cel === undefined
      ? []
      : [cel(`${pointer}/${index}/cel`, criterion.cel, scope, true)]),
    ...(criterion.none === undefined
      ? []
      : [cel(`${pointer}/${index}/none`, criterion.none, scope, true)]),
  ]);
}

function stepSites(
  context: LintContext,
  steps: readonly { doneWhen: string; startedWhen?: string; due?: string }[] | undefined,
  state: string,
): ExpressionSite[] {
  const scope = scopeSchema(context, NO_EVENT);
  return (steps ?? []).flatMap((step, index) => {
    const pointer = `${state}/meta/steps/${index}`;
    return [
      cel(`${pointer}/doneWhen`, step.doneWhen, scope, false),
      ...(step.startedWhen === undefined
        ? []
        : [cel(`${pointer}/startedWhen`, step.startedWhen, scope, false)]),
      ...(step.due === undefined ? [] : [path(`${pointer}/due`, step.due, scope)]),
    ];
  });
}

function prefillSites(
  form: FormSpec | undefined,
  pointer: string,
  context: LintContext,
): ExpressionSite[] {
  if (form === undefined || 'fields' in form) return [];
  const scope = scopeSchema(context, NO_EVENT);
  return Object.entries(form.properties ?? {}).flatMap(([name, { prefill }]) =>
    prefill === undefined
      ? []
      : [path(pointerTo(pointer, 'properties', name, 'prefill'), prefill, scope)],
  );
}

function actionSites(context: LintContext, site: ActionSite): ExpressionSite[] {
  const outside = scopeSchema(context, eventSchema(context, site.transition));
  const params = site.action.params ?? {};
  const pointer = `${site.pointer}/params`;
  const scope = withItem(outside, params['forEach']);
  const sites: ExpressionSite[] = [];
  if (typeof params['forEach'] === 'string') {
    sites.push(path(`${pointer}/forEach`, params['forEach'], outside));
  }
  for (const key of ['of', 'person', 'on'] as const) {
    const text = params[key];
    if (typeof text === 'string') sites.push(path(`${pointer}/${key}`, text, scope));
  }
  for (const key of ['set', 'with', 'data'] as const) {
    sites.push(...fieldSites(params[key] as Fields | undefined, `${pointer}/${key}`, scope));
  }
  const attachments = (params['attachments'] ?? []) as readonly { data?: Fields }[];
  for (const [index, { data }] of attachments.entries()) {
    sites.push(...fieldSites(data, `${pointer}/attachments/${index}/data`, scope));
  }
  for (const key of ['append', 'upsert', 'remove'] as const) {
    const part = params[key] as { key?: Fields; item?: ValueExpression } | undefined;
    sites.push(...fieldSites(part?.key, `${pointer}/${key}/key`, scope));
    if (part?.item !== undefined)
      sites.push(...valueSites(part.item, `${pointer}/${key}/item`, scope));
  }
  for (const key of ['to', 'title', 'code', 'since'] as const) {
    const value = params[key];
    if (typeof value === 'object' && !Array.isArray(value)) {
      sites.push(...valueSites(value as ValueExpression, `${pointer}/${key}`, scope));
    }
  }
  return sites;
}

type Fields = Readonly<Record<string, ValueExpression>>;

function fieldSites(
  fields: Fields | undefined,
  pointer: string,
  scope: ScopeSchema,
): ExpressionSite[] {
  return Object.entries(fields ?? {}).flatMap(([name, value]) =>
    valueSites(value, pointerTo(pointer, name), scope),
  );
}

function valueSites(value: ValueExpression, pointer: string, scope: ScopeSchema): ExpressionSite[] {
  if (value === null || typeof value !== 'object') return [];
  if ('from' in value) return [path(`${pointer}/from`, value.from, scope)];
  if ('cel' in value) return [cel(`${pointer}/cel`, value.cel, scope, false)];
  if ('list' in value) {
    return value.list.flatMap((item, index) => valueSites(item, `${pointer}/list/${index}`, scope));
  }
  return fieldSites(value.object, `${pointer}/object`, scope);
}

function cel(pointer: string, text: string, scope: ScopeSchema, decides: boolean): ExpressionSite {
  return { pointer, language: 'cel', text, scope, decides };
}

function path(pointer: string, text: string, scope: ScopeSchema): ExpressionSite {
  return { pointer, language: 'path', text, scope, decides: false };
}
