import { compileCel } from './cel.ts';
import type { ValueExpression } from './definition.ts';
import type { JsonValue } from './json-value.ts';
import type { Scope } from './scope.ts';

/** A value expression ready to run; `undefined` where what it reads is not there. */
export type Evaluate = (scope: Scope) => JsonValue | undefined;

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
  if ('cel' in expression) return compileCel(expression.cel);
  if ('list' in expression) {
    const items = expression.list.map(compileValue);
    return (scope) => items.map((item) => item(scope) ?? null);
  }
  return compileFields(expression.object);
}

/** Compiles `{ name: value }`; names whose value is not there are left out. */
export function compileFields(
  fields: Readonly<Record<string, ValueExpression>>,
): (scope: Scope) => { readonly [name: string]: JsonValue } {
  const entries = Object.entries(fields).map(
    ([name, value]) => [name, compileValue(value)] as const,
  );
  return (scope) => {
    const result: Record<string, JsonValue> = {};
    for (const [name, evaluate] of entries) {
      const value = evaluate(scope);
      if (value !== undefined) result[name] = value;
    }
    return result;
  };
}
