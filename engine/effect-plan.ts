import type { ActionConfig, ValueExpression } from './definition.ts';
import type { AskEffect, Effect } from './effect.ts';
import { ConcordatError } from './errors.ts';
import { compileFields, compileValue, type Evaluate, readPath } from './expression.ts';
import type { JsonValue } from './json-value.ts';
import type { Scope } from './scope.ts';
import type { ChildReference } from './snapshot.ts';

/** An effect before it has its number. */
type UnnumberedEffect = Effect extends infer Each
  ? Each extends Effect
    ? Omit<Each, 'n'>
    : never
  : never;

/** Works out one effect action in a scope: none, one, or one for each item. */
export type EffectPlan = (
  scope: Scope,
  children: readonly ChildReference[],
) => readonly UnnumberedEffect[];

/** The catalogue. `record` changes data and is no effect; a new capability is a new entry here. */
export const EFFECT_TYPES = ['notify', 'ask', 'document', 'start', 'signal', 'calendar'] as const;

type Params = Readonly<Record<string, unknown>>;
type Plan = (scope: Scope, children: readonly ChildReference[]) => readonly UnnumberedEffect[];

const DEFAULT_EXPIRY = 'P90D';

/** Compiles an effect action. Throws `definition-refused` for one that is not in the catalogue. */
export function compileEffect(action: ActionConfig): EffectPlan {
  const params: Params = action.params ?? {};
  const plan = planOf(action.type, params);
  const each = params['forEach'];
  if (typeof each !== 'string') return plan;
  return (scope, children) => {
    const items = readPath(scope, each);
    if (!Array.isArray(items)) return [];
    return items.flatMap((item) => plan({ ...scope, item }, children));
  };
}

function planOf(type: string, params: Params): Plan {
  switch (type) {
    case 'notify':
      return notify(params);
    case 'ask':
      return ask(params);
    case 'document':
      return document(params);
    case 'start':
      return start(params);
    case 'signal':
      return signal(params);
    case 'calendar':
      return calendar(params);
    default:
      throw new ConcordatError('definition-refused', `there is no effect called "${type}"`);
  }
}

function notify(params: Params): Plan {
  const recipients = recipientsOf(params);
  const fields = fieldsOf(params, 'with');
  const template = textOf(params['template']);
  return (scope) => [
    { type: 'notify', ...recipients(scope), template: template(scope), with: fields(scope) },
  ];
}

function ask(params: Params): Plan {
  const recipients = recipientsOf(params);
  const fields = fieldsOf(params, 'with');
  const template = textOf(params['template']);
  const single = params['event'];
  const events = typeof single === 'string' ? [single] : ((params['events'] ?? []) as string[]);
  const document = typeof params['document'] === 'string' ? params['document'] : null;
  const expires = textOf(params['expires'] ?? DEFAULT_EXPIRY);
  const code = compileValue((params['code'] ?? false) as ValueExpression);
  return (scope) => {
    const known = document !== null && Object.hasOwn(scope.documents, document);
    const effect: Omit<AskEffect, 'n'> = {
      type: 'ask',
      ...recipients(scope),
      template: template(scope),
      events,
      once: typeof single === 'string',
      document,
      manifest: known ? (scope.documents[document]?.manifest ?? null) : null,
      expires: expires(scope),
      code: code(scope) === true,
      with: fields(scope),
    };
    return [effect];
  };
}

function document(params: Params): Plan {
  const name = textOf(params['name']);
  const template = textOf(params['template']);
  const title = textOf(params['title'] ?? params['name']);
  const data = fieldsOf(params, 'data');
  const attachments = ((params['attachments'] ?? []) as Params[]).map((attachment) => ({
    template: textOf(attachment['template']),
    data: fieldsOf(attachment, 'data'),
  }));
  return (scope) => [
    {
      type: 'document',
      name: name(scope),
      template: template(scope),
      title: title(scope),
      data: data(scope),
      attachments: attachments.map((attachment) => ({
        template: attachment.template(scope),
        data: attachment.data(scope),
      })),
    },
  ];
}

function start(params: Params): Plan {
  const name = textOf(params['name'] ?? params['workflow']);
  const workflow = textOf(params['workflow']);
  const data = fieldsOf(params, 'data');
  const linked = params['linked'] === true;
  return (scope) => [
    { type: 'start', name: name(scope), workflow: workflow(scope), data: data(scope), linked },
  ];
}

function signal(params: Params): Plan {
  const fields = fieldsOf(params, 'with');
  const event = textOf(params['event']);
  const { to } = params;
  return (scope, children) => {
    const base = { type: 'signal', event: event(scope), with: fields(scope) } as const;
    if (to === 'parent' || to === 'partnership') return [{ ...base, to }];
    if (to === 'children') {
      return children.map(({ instance }) => ({ ...base, to: { instance } }));
    }
    const target = compileValue(to as ValueExpression)(scope);
    const instances = Array.isArray(target) ? target : [target];
    return instances.flatMap((instance) =>
      typeof instance === 'string' && instance !== '' ? [{ ...base, to: { instance } }] : [],
    );
  };
}

function calendar(params: Params): Plan {
  const recipients = recipientsOf(params);
  const title = textOf(params['title']);
  const name = textOf(params['name'] ?? 'date');
  const { on } = params;
  const when: Evaluate =
    typeof on === 'string' ? (scope) => readPath(scope, on) : compileValue(on as ValueExpression);
  return (scope) => [
    {
      type: 'calendar',
      ...recipients(scope),
      name: name(scope),
      title: title(scope),
      on: when(scope) ?? null,
    },
  ];
}

function recipientsOf(
  params: Params,
): (scope: Scope) => { to: readonly string[]; of: string | null } {
  const to = (typeof params['to'] === 'string' ? [params['to']] : (params['to'] ?? [])) as string[];
  const { of } = params;
  return (scope) => {
    let organisation: JsonValue | undefined;
    if (typeof of === 'string') organisation = readPath(scope, of);
    else if (of !== undefined) organisation = compileValue(of as ValueExpression)(scope);
    return { to, of: typeof organisation === 'string' ? organisation : null };
  };
}

function fieldsOf(params: Params, name: string): (scope: Scope) => { [name: string]: JsonValue } {
  return compileFields((params[name] ?? {}) as Readonly<Record<string, ValueExpression>>);
}

/** A text in an effect: a literal or a value expression. */
function textOf(value: unknown): (scope: Scope) => string {
  if (typeof value === 'string') return () => value;
  const evaluate = compileValue((value ?? '') as ValueExpression);
  return (scope) => {
    const found = evaluate(scope);
    return typeof found === 'string' ? found : '';
  };
}
