import type { ActionConfig, ValueExpression } from './definition.ts';
import type { AskEffect, NotifyEffect, UnnumberedEffect } from './effect.ts';
import { ConcordatError } from './errors.ts';
import {
  compileFields,
  compileValue,
  type Evaluate,
  type OnFailure,
  readPath,
} from './expression.ts';
import type { JsonValue } from './json-value.ts';
import type { Scope } from './scope.ts';
import type { ChildReference, DocumentReference } from './snapshot.ts';

/**
 * Works out one effect action in a scope: none, one, or one for each item. What could not be worked
 * out is left out, and `failed` is told: the step holds, and says so in the history.
 */
export type EffectPlan = (
  scope: Scope,
  children: readonly ChildReference[],
  failed: OnFailure,
) => readonly UnnumberedEffect[];

/** The catalogue. `record` changes data and is no effect; a new capability is a new entry here. */
export const EFFECT_TYPES = ['notify', 'ask', 'document', 'start', 'signal', 'calendar'] as const;

type Params = Readonly<Record<string, unknown>>;
const DEFAULT_EXPIRY = 'P90D';

/** Compiles an effect action. Throws `definition-refused` for one that is not in the catalogue. */
export function compileEffect(action: ActionConfig): EffectPlan {
  const params: Params = action.params ?? {};
  const plan = planOf(action.type, params);
  const each = params['forEach'];
  if (typeof each !== 'string') return plan;
  return (scope, children, failed) => {
    const items = readPath(scope, each);
    if (!Array.isArray(items)) return [];
    return items.flatMap((item) => plan({ ...scope, item }, children, failed));
  };
}

function planOf(type: string, params: Params): EffectPlan {
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

function notify(params: Params): EffectPlan {
  const recipients = recipientsOf(params);
  const fields = fieldsOf(params, 'with');
  const template = textOf(params['template']);
  const attached = typeof params['attach'] === 'string' ? params['attach'] : null;
  return (scope, _, failed) => [
    {
      type: 'notify',
      ...recipients(scope, failed),
      template: template(scope, failed),
      with: fields(scope, failed),
      attach: attached === null ? null : (documentNamed(scope, attached)?.pdf ?? null),
    },
  ];
}

function ask(params: Params): EffectPlan {
  const recipients = recipientsOf(params);
  const fields = fieldsOf(params, 'with');
  const template = textOf(params['template']);
  const single = params['event'];
  const events = typeof single === 'string' ? [single] : ((params['events'] ?? []) as string[]);
  const document = typeof params['document'] === 'string' ? params['document'] : null;
  const expires = textOf(params['expires'] ?? DEFAULT_EXPIRY);
  const code = compileValue((params['code'] ?? false) as ValueExpression);
  return (scope, _, failed) => {
    const known = document === null ? undefined : documentNamed(scope, document);
    const effect: Omit<AskEffect, 'n'> = {
      type: 'ask',
      ...recipients(scope, failed),
      template: template(scope, failed),
      events,
      once: typeof single === 'string',
      document,
      manifest: known?.manifest ?? null,
      expires: expires(scope, failed),
      code: code(scope, under('code', failed)) === true,
      with: fields(scope, failed),
    };
    return [effect];
  };
}

function document(params: Params): EffectPlan {
  const name = textOf(params['name']);
  const template = textOf(params['template']);
  const title = textOf(params['title'] ?? params['name']);
  const data = fieldsOf(params, 'data');
  const since = textOf(params['since']);
  const attachments = ((params['attachments'] ?? []) as Params[]).map((attachment) => ({
    template: textOf(attachment['template']),
    data: fieldsOf(attachment, 'data'),
  }));
  return (scope, _, failed) => [
    {
      type: 'document',
      name: name(scope, failed),
      template: template(scope, failed),
      title: title(scope, failed),
      data: data(scope, failed),
      since: since(scope, failed) || null,
      attachments: attachments.map((attachment) => ({
        template: attachment.template(scope, failed),
        data: attachment.data(scope, failed),
      })),
    },
  ];
}

function start(params: Params): EffectPlan {
  const name = textOf(params['name'] ?? params['workflow']);
  const workflow = textOf(params['workflow']);
  const data = fieldsOf(params, 'data');
  const linked = params['linked'] === true;
  return (scope, _, failed) => [
    {
      type: 'start',
      name: name(scope, failed),
      workflow: workflow(scope, failed),
      data: data(scope, failed),
      linked,
    },
  ];
}

function signal(params: Params): EffectPlan {
  const fields = fieldsOf(params, 'with');
  const event = textOf(params['event']);
  const { to } = params;
  return (scope, children, failed) => {
    const base = {
      type: 'signal',
      event: event(scope, failed),
      with: fields(scope, failed),
    } as const;
    if (to === 'parent' || to === 'partnership') return [{ ...base, to }];
    if (to === 'children') {
      return children.map(({ instance }) => ({ ...base, to: { instance } }));
    }
    const target = compileValue(to as ValueExpression)(scope, under('to', failed));
    const instances = Array.isArray(target) ? target : [target];
    return instances.flatMap((instance) =>
      typeof instance === 'string' && instance !== '' ? [{ ...base, to: { instance } }] : [],
    );
  };
}

function calendar(params: Params): EffectPlan {
  const recipients = recipientsOf(params);
  const title = textOf(params['title']);
  const name = textOf(params['name'] ?? 'date');
  const { on } = params;
  const when: Evaluate =
    typeof on === 'string' ? (scope) => readPath(scope, on) : compileValue(on as ValueExpression);
  return (scope, _, failed) => [
    {
      type: 'calendar',
      ...recipients(scope, failed),
      name: name(scope, failed),
      title: title(scope, failed),
      on: when(scope, under('on', failed)) ?? null,
    },
  ];
}

/**
 * Who is reached. An organisation or a person that is named and not there is nobody's, and not
 * everybody's.
 */
function recipientsOf(
  params: Params,
): (scope: Scope, failed: OnFailure) => Pick<NotifyEffect, 'to' | 'of' | 'person'> {
  const to = (typeof params['to'] === 'string' ? [params['to']] : (params['to'] ?? [])) as string[];
  const organisation = narrowing(params, 'of');
  const person = narrowing(params, 'person');
  return (scope, failed) => ({
    to,
    of: organisation ? organisation(scope, failed) : null,
    ...(person ? { person: person(scope, failed) } : {}),
  });
}

function narrowing(
  params: Params,
  name: 'of' | 'person',
): ((scope: Scope, failed: OnFailure) => string) | null {
  const whose = params[name];
  if (whose === undefined) return null;
  const read: Evaluate =
    typeof whose === 'string'
      ? (scope) => readPath(scope, whose)
      : compileValue(whose as ValueExpression);
  return (scope, failed) => {
    const id = read(scope, under(name, failed));
    return typeof id === 'string' ? id : NOBODYS;
  };
}

/** An id that no organisation and nobody has. */
const NOBODYS = '';

function documentNamed(scope: Scope, name: string): DocumentReference | undefined {
  return Object.hasOwn(scope.documents, name) ? scope.documents[name] : undefined;
}

function fieldsOf(
  params: Params,
  name: string,
): (scope: Scope, failed: OnFailure) => { [name: string]: JsonValue } {
  const fields = compileFields((params[name] ?? {}) as Readonly<Record<string, ValueExpression>>);
  return (scope, failed) => fields(scope, under(name, failed));
}

/** A text in an effect: a literal or a value expression. */
function textOf(value: unknown): (scope: Scope, failed: OnFailure) => string {
  if (typeof value === 'string') return () => value;
  const evaluate = compileValue((value ?? '') as ValueExpression);
  return (scope, failed) => {
    const found = evaluate(scope, under('text', failed));
    return typeof found === 'string' ? found : '';
  };
}

function under(name: string, failed: OnFailure): OnFailure {
  return (field, why) => failed(field === '' ? name : `${name}.${field}`, why);
}
