import {
  type CelInput,
  celEnv,
  celFunc,
  celMap,
  CelScalar,
  isCelError,
  isCelList,
  isCelMap,
  parse,
  plan,
} from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { meter, meteredFunctions } from './cel-meter.ts';
import { type CelReads, readsOf } from './cel-reads.ts';
import { ConcordatError } from './errors.ts';
import { EVALUATION_UNITS, spend, withinBudget } from './evaluation-budget.ts';
import type { JsonValue } from './json-value.ts';
import { monthsBefore } from './months-before.ts';
import type { Scope } from './scope.ts';

/** A CEL expression ready to run. Answers `undefined` where CEL reports an error (a missing field). */
export type CelProgram = (scope: Scope) => JsonValue | undefined;

/**
 * Longest expression, how deep comprehensions (`filter`, `exists`, …) may nest, and brackets: the
 * parser takes time that grows with the square of brackets left open, seconds for hundreds.
 */
export const CEL_LIMITS = { length: 1_000, nesting: 2, brackets: 32 } as const;

/** Of the string functions those that cannot make texts of any length, nor need whole numbers. */
const STRING_FUNCTIONS = new Set(['lowerAscii', 'upperAscii', 'trim', 'split', 'join']);

const texts = strings.filter(({ name }) => STRING_FUNCTIONS.has(name));
const { DOUBLE, STRING } = CelScalar;
const dates = [celFunc('monthsBefore', [STRING, DOUBLE], STRING, monthsBefore)];
const environment = celEnv({
  funcs: [...texts, ...dates, ...meteredFunctions(celEnv({ funcs: texts }).funcs)],
});
const programs = new Map<string, CelProgram>();
const plans = new WeakMap<CelProgram, ReturnType<typeof plan>>();
const read = new WeakMap<CelProgram, CelReads>();

type Expression = ReturnType<typeof parse>['expr'] | undefined;

/**
 * Compiles an expression once; throws `definition-refused` with CEL's own complaint. What it costs to
 * run is drawn from the budget of the question it belongs to: a program throws `evaluation-too-long`.
 */
export function compileCel(text: string): CelProgram {
  const known = programs.get(text);
  if (known) return known;
  const tree = parseCel(text);
  const reads = readsOf(tree.expr);
  meter(tree.expr);
  const run = plan(environment, tree);
  const program: CelProgram = (scope) =>
    withinBudget(EVALUATION_UNITS.page, () => {
      const result = run(bindings(scope));
      // CEL makes a value of every error; that nothing is left to spend is one of ours.
      spend(1);
      return isCelError(result) ? undefined : toJson(result);
    });
  plans.set(program, run);
  read.set(program, reads);
  // Expressions come from definitions; strangers' drafts must not fill the memory.
  if (programs.size > 10_000) programs.clear();
  programs.set(text, program);
  return program;
}

/** What a compiled expression reads. */
export function readBy(program: CelProgram): CelReads {
  return read.get(program) ?? { names: new Set(), dataFields: null };
}

/**
 * Why a program answered nothing, in CEL's words; null where what it reads is simply not there (an
 * optional field, an entry of an empty list), as for a path that leads nowhere.
 */
export function failureOf(program: CelProgram, scope: Scope): string | null {
  const result = plans.get(program)?.(bindings(scope));
  if (!isCelError(result))
    return result === undefined ? null : 'it gives no value that can be kept';
  return NOT_THERE.test(result.message) ? null : result.message;
}

const NOT_THERE = /^(?:field not found|no such key|index -?\d+ out of bounds)/u;

/** The checked syntax tree of an expression, with every number made a double. For lint, too. */
export function parseCel(text: string): ReturnType<typeof parse> {
  if (text.length > CEL_LIMITS.length) {
    refuse(text, `is longer than ${CEL_LIMITS.length} characters`);
  }
  if (bracketDepth(text) > CEL_LIMITS.brackets) {
    refuse(text, `nests brackets more than ${CEL_LIMITS.brackets} deep`);
  }
  let tree: ReturnType<typeof parse>;
  try {
    tree = parse(text);
  } catch (error) {
    refuse(text, error instanceof Error ? error.message : String(error));
  }
  useDoubles(tree.expr, text, 0);
  return tree;
}

/** How deep the brackets of an expression nest, whether or not they are closed. */
export function bracketDepth(text: string): number {
  let depth = 0;
  let most = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    most = Math.max(most, depth);
  }
  return most;
}

/**
 * JSON has one kind of number, CEL has three that do not mix. Constants and `size()` become doubles,
 * so that `data.level + 1` and `size(data.list) - data.done` mean what they say.
 */
function useDoubles(expression: Expression, text: string, nesting: number): void {
  const kind = expression?.exprKind;
  if (!expression || !kind) return;
  switch (kind.case) {
    case 'constExpr': {
      const constant = kind.value.constantKind;
      if (constant.case === 'int64Value' || constant.case === 'uint64Value') {
        kind.value.constantKind = { case: 'doubleValue', value: Number(constant.value) };
      }
      return;
    }
    case 'selectExpr':
      return useDoubles(kind.value.operand, text, nesting);
    case 'callExpr': {
      const call = kind.value;
      // A list is indexed by a whole number.
      if (call.function === '_[_]') return useDoubles(call.args[0], text, nesting);
      useDoubles(call.target, text, nesting);
      for (const argument of call.args) useDoubles(argument, text, nesting);
      if (call.function === 'size') {
        const size = { ...expression };
        kind.value = { ...call, function: 'double', args: [size] };
        delete (kind.value as { target?: unknown }).target;
        size.exprKind = { case: 'callExpr', value: call };
      }
      return;
    }
    case 'listExpr':
      for (const element of kind.value.elements) useDoubles(element, text, nesting);
      return;
    case 'structExpr':
      for (const entry of kind.value.entries) useDoubles(entry.value, text, nesting);
      return;
    case 'comprehensionExpr': {
      if (nesting >= CEL_LIMITS.nesting) {
        refuse(text, `goes through lists inside lists more than ${CEL_LIMITS.nesting} deep`);
      }
      const loop = kind.value;
      useDoubles(loop.iterRange, text, nesting);
      for (const part of [loop.accuInit, loop.loopCondition, loop.loopStep, loop.result]) {
        useDoubles(part, text, nesting + 1);
      }
      return;
    }
    default:
  }
}

/** The scope as CEL reads it. Data are laid out once, not each time that an expression names them. */
function bindings(scope: Scope): Record<string, CelInput> {
  const known = bound.get(scope);
  if (known) return known;
  const { data, ...rest } = scope as unknown as Record<string, CelInput>;
  const made = { ...rest, data: celMap(new Map(Object.entries(data as Record<string, CelInput>))) };
  bound.set(scope, made);
  return made;
}

const bound = new WeakMap<Scope, Record<string, CelInput>>();

function toJson(value: unknown): JsonValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'bigint') return Number(value);
  if (isCelList(value)) return Array.from(value, (item) => toJson(item) ?? null);
  if (isCelMap(value)) {
    const entries = Array.from(value.entries(), ([key, item]) => [nameOf(key), toJson(item)]);
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined)) as JsonValue;
  }
  if (Array.isArray(value)) return value.map((item) => toJson(item) ?? null);
  if (typeof value === 'object') return value as JsonValue;
  return undefined;
}

function nameOf(key: unknown): string {
  return typeof key === 'string' ? key : JSON.stringify(toJson(key) ?? null);
}

function refuse(text: string, why: string): never {
  throw new ConcordatError(
    'definition-refused',
    `the CEL expression "${text.slice(0, 200)}" ${why}`,
    {
      details: { expression: text.slice(0, 200) },
    },
  );
}
