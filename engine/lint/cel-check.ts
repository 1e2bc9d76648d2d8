import { RE2JS } from 're2js';
import { bracketDepth, CEL_LIMITS, parseCel } from '../cel.ts';
import { EVALUATION_UNITS } from '../evaluation-budget.ts';
import type { JsonSchema } from '../json-schema.ts';
import { didYouMean, listed, quoted, type RuleCode } from './finding.ts';
import type { ScopeSchema } from './scope-schema.ts';
import { schemaAt } from './schema-path.ts';

type Expression = NonNullable<ReturnType<typeof parseCel>['expr']>;
type Variables = ReadonlyMap<string, JsonSchema>;
type Tell = (rule: RuleCode, message: string, mend: string) => void;

export interface CelFacts {
  /** The schemas of the fields it reads, with their path as it is written. */
  readonly reads: readonly { readonly path: string; readonly schema: JsonSchema }[];
}

const ANY: JsonSchema = {};

/** Where nothing says how long a list may be; what runs too long in spite of that is stopped. */
const USUAL_ENTRIES = 50;

/** What an expression may call. `replace` and `format` are left out: they can make texts of any length. */
const FUNCTIONS = new Set(
  [
    '_&&_ _||_ !_ _==_ _!=_ _<_ _<=_ _>_ _>=_ @in _[_] _?_:_ _+_ _-_ _*_ _/_ _%_ -_',
    '@not_strictly_false size contains startsWith endsWith matches lowerAscii upperAscii trim',
    'split join int double string bool timestamp duration getFullYear getMonth getDate',
    'getDayOfMonth getDayOfWeek getDayOfYear getHours getMinutes getSeconds monthsBefore',
  ].flatMap((line) => line.split(' ')),
);

/** Checks one CEL expression against what it may read. Never throws; takes time bounded by its length. */
export function checkCel(text: string, scope: ScopeSchema, tell: Tell): CelFacts {
  const reads: { path: string; schema: JsonSchema }[] = [];
  if (text.length > CEL_LIMITS.length) {
    tell(
      'cel-too-long',
      `The expression is ${text.length} characters long; 1,000 are the most.`,
      'Split it into several criteria.',
    );
    return { reads };
  }
  if (bracketDepth(text) > CEL_LIMITS.brackets) {
    tell(
      'cel-too-nested',
      `The brackets are nested more than ${CEL_LIMITS.brackets} deep.`,
      'Split the expression into several criteria.',
    );
    return { reads };
  }
  let tree: Expression | undefined;
  try {
    tree = parseCel(text).expr;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (/lists inside lists/u.test(why)) {
      tell(
        'cel-too-nested',
        'The expression goes through lists inside lists more than two deep.',
        'Keep what it looks for in a field of its own, or split it.',
      );
    } else {
      tell(
        'cel-not-valid',
        `The expression cannot be read: ${why.slice(0, 300)}`,
        'Write CEL, such as: data.level < 3 && has(data.agreedOn).',
      );
    }
    return { reads };
  }
  if (tree) walk(tree, new Map());
  return { reads };

  /** Answers what is known of the value, and the path it was read from. */
  function walk(
    expression: Expression,
    variables: Variables,
    loops = 0,
    times = 1,
  ): { schema: JsonSchema; path: string } {
    const kind = expression.exprKind;
    switch (kind.case) {
      case 'identExpr':
        return identifier(kind.value.name, variables);
      case 'selectExpr': {
        if (!kind.value.operand) break;
        const operand = walk(kind.value.operand, variables, loops, times);
        return select(operand, kind.value.field);
      }
      case 'callExpr': {
        const { function: name, target, args } = kind.value;
        if (!FUNCTIONS.has(name)) {
          tell(
            'unknown-function',
            `There is no function ${quoted(name)} for expressions here.`,
            `${didYouMean(name, FUNCTIONS)}Use the operators, size, has, exists, all, filter, map, contains, startsWith, endsWith, matches, trim, join.`,
          );
        }
        if (name === 'join' && loops > 0) {
          tell(
            'cel-too-nested',
            'A text is put together inside a list.',
            'Use "join" outside of exists, all, filter and map.',
          );
        }
        if (name === 'matches') checkPattern(args.at(-1));
        const from = target ? walk(target, variables, loops, times) : undefined;
        const given = args.map((argument) => walk(argument, variables, loops, times));
        if (name === 'split') {
          return { schema: { maxItems: from?.schema.maxLength ?? USUAL_ENTRIES }, path: '' };
        }
        if (name === '_[_]' && given[0]) return index(given[0], args[1]);
        return { schema: ANY, path: from?.path ?? '' };
      }
      case 'listExpr':
        for (const element of kind.value.elements) walk(element, variables, loops, times);
        break;
      case 'structExpr':
        for (const { value, keyKind } of kind.value.entries) {
          if (keyKind.case === 'mapKey') walk(keyKind.value, variables, loops, times);
          if (value) walk(value, variables, loops, times);
        }
        break;
      case 'comprehensionExpr': {
        const { iterRange, iterVar, iterVar2, accuVar, accuInit, loopCondition, loopStep, result } =
          kind.value;
        const range = iterRange
          ? walk(iterRange, variables, loops, times)
          : { schema: ANY, path: '' };
        const { maxItems } = range.schema;
        const entries = times * (maxItems ?? USUAL_ENTRIES);
        if (entries > EVALUATION_UNITS.page) tellTooMuch(entries);
        const inner = new Map(variables);
        inner.set(iterVar, range.schema.items ?? ANY);
        if (iterVar2) inner.set(iterVar2, ANY);
        inner.set(accuVar, ANY);
        for (const part of [accuInit, loopCondition, loopStep])
          if (part) walk(part, inner, loops + 1, entries);
        if (result) walk(result, inner, loops, times);
        if (isFilter(loopStep, iterVar)) return range;
        return { schema: maxItems === undefined ? ANY : { maxItems }, path: '' };
      }
      default:
    }
    return { schema: ANY, path: '' };
  }

  function tellTooMuch(entries: number): void {
    tell(
      'cel-too-much',
      `The expression may have to look at ${entries.toLocaleString('en-GB')} entries; ${EVALUATION_UNITS.page.toLocaleString('en-GB')} are the most.`,
      'Lower "maxItems" or "maxLength" of what it goes through, or do not go through it once for each entry of another list.',
    );
  }

  function identifier(name: string, variables: Variables): { schema: JsonSchema; path: string } {
    const schema =
      variables.get(name) ??
      (Object.hasOwn(scope.properties, name) ? scope.properties[name] : undefined);
    if (schema) return { schema, path: name };
    const names = [...Object.keys(scope.properties), ...variables.keys()].filter(
      (one) => !one.startsWith('@'),
    );
    tell(
      'unknown-path',
      `Nothing here is called ${quoted(name)}.`,
      `${didYouMean(name, names)}What can be read: ${listed(names, 20)}.`,
    );
    return { schema: ANY, path: name };
  }

  function select(
    operand: { schema: JsonSchema; path: string },
    field: string,
  ): { schema: JsonSchema; path: string } {
    const path = `${operand.path}.${field}`;
    const found = schemaAt({ ...operand.schema, ...(scope.$defs ? { $defs: scope.$defs } : {}) }, [
      field,
    ]);
    if (!found.found) {
      tell(
        'unknown-path',
        `There is no ${quoted(path)}.`,
        `${didYouMean(field, found.known)}What is there: ${listed(found.known)}.`,
      );
      return { schema: ANY, path };
    }
    reads.push({ path, schema: found.schema });
    return { schema: found.schema, path };
  }

  function index(
    operand: { schema: JsonSchema; path: string },
    key: Expression | undefined,
  ): { schema: JsonSchema; path: string } {
    const constant =
      key?.exprKind.case === 'constExpr' ? key.exprKind.value.constantKind : undefined;
    if (constant?.case === 'stringValue') return select(operand, constant.value);
    return { schema: operand.schema.items ?? ANY, path: operand.path };
  }

  function checkPattern(pattern: Expression | undefined): void {
    const constant =
      pattern?.exprKind.case === 'constExpr' ? pattern.exprKind.value.constantKind : undefined;
    if (constant?.case !== 'stringValue') {
      tell(
        'pattern-not-literal',
        '"matches" has to be given a pattern written out as a text.',
        'Write the pattern between quotation marks.',
      );
      return;
    }
    const why = whyNotRe2(constant.value);
    if (why !== null) {
      tell(
        'pattern-refused',
        `The pattern cannot be used: ${why}`,
        'Write a pattern without look-ahead, look-behind and back-references (RE2).',
      );
    }
  }
}

/** Why RE2 refuses a pattern, or null. Patterns that RE2 takes run in linear time. */
export function whyNotRe2(pattern: string): string | null {
  if (pattern.length > 200) return 'it is longer than 200 characters';
  try {
    RE2JS.compile(pattern);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : 'it is not a regular expression';
  }
}

/** `filter` keeps entries as they are: its step adds `[entry]` to what it has. */
function isFilter(step: Expression | undefined, entry: string): boolean {
  if (step?.exprKind.case !== 'callExpr' || step.exprKind.value.function !== '_?_:_') return false;
  const added = step.exprKind.value.args[1]?.exprKind;
  const list = added?.case === 'callExpr' ? added.value.args[1]?.exprKind : undefined;
  const only = list?.case === 'listExpr' ? list.value.elements[0]?.exprKind : undefined;
  return only?.case === 'identExpr' && only.value.name === entry;
}
