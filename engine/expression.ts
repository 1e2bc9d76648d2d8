import { compileCel, failureOf } from './cel.ts';
import type { ValueExpression } from './definition.ts';
import type { JsonValue } from './json-value.ts';
import type { Scope } from './scope.ts';

/** Hears of an expression that could not be worked out: of which field, and why. */
export type OnFailure = (field: string, why: string) => void;

/**
 * A value expression ready to run; `undefined` where what it reads is not there, or where it could
 * not be worked out, which `failed` is told.
 */
export type Evaluate = (scope: Scope, failed?: OnFailure) => JsonValue | undefined;

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** What stands at a dotted path such as "data.reviewDate" or "event.answers.0.party". */
export function readPath(scope: Scope, path: string): JsonValue | undefined {
  let value: unknown = scope;
  for (const name of path.split('.')) {
    if (value === null || typeof value !== 'object' || FORBIDDEN.has(name)) return undefined;
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value as JsonValue | undefined;
}

/** Compiles a value expression once. Throws `definition-refused` for CEL that does not parse. */
export function compileValue(expression: ValueExpression): Evaluate {
  if (expression === null || typeof expression !== 'object') return () => expression;
  if ('from' in expression) {
    const { from } = expression;
    return (scope) => readPath(scope, from);
  }
  if ('cel' in expression) return compileOwnCel(expression.cel);
  if ('list' in expression) {
    const items = expression.list.map(compileValue);
    return (scope, failed) => items.map((item) => item(scope, failed) ?? null);
  }
  return compileFields(expression.object);
}

function compileOwnCel(text: string): Evaluate {
  const program = compileCel(text);
  return (scope, failed) => {
    const value = program(scope);
    if (value === undefined && failed) {
      const why = failureOf(program, scope);
      if (why !== null) failed('', why);
    }
    return value;
  };
}

/** Compiles `{ name: value }`; names whose value is not there are left out. */
export function compileFields(
  fields: Readonly<Record<string, ValueExpression>>,
): (scope: Scope, failed?: OnFailure) => { readonly [name: string]: JsonValue } {
  const entries = Object.entries(fields).map(
    ([name, value]) => [name, compileValue(value)] as const,
  );
  return (scope, failed) => {
    const result: Record<string, JsonValue> = {};
    for (const [name, evaluate] of entries) {
      const value = evaluate(scope, failed && ((field, why) => failed(join(name, field), why)));
      if (value !== undefined) result[name] = value;
    }
    return result;
  };
}

function join(name: string, inner: string): string {
  return inner === '' ? name : `${name}.${inner}`;
}
