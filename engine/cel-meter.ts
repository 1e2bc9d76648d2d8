import {
  type CelFunc,
  celFunc,
  celList,
  CelScalar,
  type CelValue,
  isCelError,
  isCelList,
  isCelMap,
  type parse,
} from '@bufbuild/cel';
import { spend } from './evaluation-budget.ts';

type Expression = ReturnType<typeof parse>['expr'] | undefined;
type Functions = { find(name: string): Pick<CelFunc, 'call'> | undefined };

/** What a call costs besides being one, by its function, for those whose work grows with a value. */
const PRICES: Readonly<Record<string, (values: readonly CelValue[]) => number>> = {
  '_==_': ([a, b]) => (isScalar(a) || isScalar(b) ? 0 : partsOf(a)),
  '_!=_': ([a, b]) => (isScalar(a) || isScalar(b) ? 0 : partsOf(a)),
  '@in': ([value, list]) => (isCelList(list) ? list.size * partsOf(value) : 1),
  size: ([text]) => lengthOf(text) / 32,
  contains: ([text]) => lengthOf(text) / 256,
  trim: ([text]) => lengthOf(text) / 64,
  lowerAscii: ([text]) => lengthOf(text) / 32,
  upperAscii: ([text]) => lengthOf(text) / 32,
  split: ([text]) => lengthOf(text) / 16,
  join: ([list]) => (isCelList(list) ? list.size : 1),
  // The pattern is compiled each time.
  matches: ([text]) => 100 + lengthOf(text) / 2,
};

const LOOP = '@loop';
const APPEND = '@append';
const { DYN } = CelScalar;

/**
 * Rewrites a parsed expression so that what it does is paid for (`spend`): each list when it is gone
 * through, and each call whose work grows with a value. Changes no answer.
 */
export function meter(expression: Expression): void {
  const kind = expression?.exprKind;
  if (!expression || !kind) return;
  switch (kind.case) {
    case 'selectExpr':
      return meter(kind.value.operand);
    case 'callExpr': {
      const call = kind.value;
      meter(call.target);
      for (const argument of call.args) meter(argument);
      if (!Object.hasOwn(PRICES, call.function) || comparesConstant(call)) return;
      const args = call.target ? [call.target, ...call.args] : call.args;
      const name = paidName(call.function, call.target !== undefined);
      kind.value = { ...call, function: name, args };
      delete (kind.value as { target?: unknown }).target;
      return;
    }
    case 'listExpr':
      return kind.value.elements.forEach(meter);
    case 'structExpr':
      for (const { value, keyKind } of kind.value.entries) {
        if (keyKind.case === 'mapKey') meter(keyKind.value);
        meter(value);
      }
      return;
    case 'comprehensionExpr': {
      const loop = kind.value;
      for (const part of [loop.accuInit, loop.loopCondition, loop.loopStep, loop.result]) {
        meter(part);
      }
      useAppend(loop.loopStep, loop.accuVar);
      const { iterRange } = loop;
      if (!iterRange) return;
      meter(iterRange);
      const range = { ...iterRange };
      const call = { function: LOOP, args: [range] };
      iterRange.exprKind = { case: 'callExpr', value: call as never };
      return;
    }
    default:
  }
}

/** The functions that metered expressions call, made from those that they stand for. */
export function meteredFunctions(functions: Functions): CelFunc[] {
  const paid = Object.entries(PRICES).flatMap(([name, price]) => {
    const original = functions.find(name);
    if (!original) return [];
    const run = (values: readonly CelValue[], method: boolean): CelValue => {
      spend(price(values));
      const [target, ...rest] = values;
      const result = method
        ? original.call(0, target, rest)
        : original.call(0, undefined, [...values]);
      if (result === undefined) throw new Error(`"${name}" cannot be used on these values`);
      if (isCelError(result)) throw new Error(result.message);
      return result;
    };
    return [1, 2, 3].flatMap((count) => {
      const types = Array.from({ length: count }, () => DYN);
      return [false, true].map((method) =>
        celFunc(paidName(name, method), types, DYN, (...values) => run(values, method)),
      );
    });
  });
  return [celFunc(LOOP, [DYN], DYN, loopOver), celFunc(APPEND, [DYN, DYN], DYN, append), ...paid];
}

function paidName(name: string, method: boolean): string {
  return `@paid${method ? '.' : ':'}${name}`;
}

/** The entries of a list laid out flat; those that are objects cost by their fields. */
function loopOver(range: CelValue): CelValue {
  if (isCelMap(range)) spend(range.size);
  if (!isCelList(range)) return range;
  spend(1 + range.size);
  const entries = Array.from(range);
  let fields = 0;
  for (const entry of entries) if (isCelMap(entry)) fields += entry.size;
  spend(fields / 8);
  return celList(entries);
}

/** Lists that a loop builds up. No expression can name one before it is finished. */
const grown = new WeakMap<object, CelValue[]>();

/** `filter` and `map` add to their list one by one; laying lists inside lists would take n² steps. */
function append(list: CelValue, more: CelValue): CelValue {
  if (!isCelList(list) || !isCelList(more)) throw new Error('only lists can be added to a list');
  const known = grown.get(list);
  if (known) {
    known.push(...more);
    return list;
  }
  const entries = [...list, ...more];
  const next = celList(entries);
  grown.set(next, entries);
  return next;
}

/** In the step of a loop, `accumulator + [x]`, perhaps as a branch of a condition. */
function useAppend(step: Expression, accumulator: string): void {
  if (step?.exprKind.case !== 'callExpr') return;
  const { value } = step.exprKind;
  if (value.function === '_?_:_') {
    for (const branch of value.args.slice(1)) useAppend(branch, accumulator);
  }
  const [first, second] = value.args.map((argument) => argument.exprKind);
  const toList = value.function === '_+_' && second?.case === 'listExpr';
  if (toList && first?.case === 'identExpr' && first.value.name === accumulator) {
    step.exprKind = { case: 'callExpr', value: { ...value, function: APPEND } };
  }
}

/** Comparing with a constant takes no time to speak of, and is what most expressions do. */
function comparesConstant(call: {
  readonly function: string;
  readonly args: readonly Expression[];
}): boolean {
  const compares = call.function === '_==_' || call.function === '_!=_';
  return compares && call.args.some((argument) => argument?.exprKind.case === 'constExpr');
}

function isScalar(value: unknown): boolean {
  return !isCelList(value) && !isCelMap(value);
}

/** How many values a value is made of. Counting is paid for as well: a comparison may end sooner. */
function partsOf(value: unknown): number {
  spend(1);
  let parts = 1;
  if (isCelList(value)) for (const entry of value) parts += partsOf(entry);
  else if (isCelMap(value)) for (const entry of value.values()) parts += partsOf(entry);
  return parts;
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}
