import type { parse } from '@bufbuild/cel';

type Expression = ReturnType<typeof parse>['expr'] | undefined;

/** What an expression reads, as its parsed tree tells. */
export interface CelReads {
  /** The names it begins from: data, event, by, party, …; also those of its own loops. */
  readonly names: ReadonlySet<string>;
  /** The fields of the data; null where it reads the data whole. */
  readonly dataFields: ReadonlySet<string> | null;
}

/** Looks an expression's tree through. */
export function readsOf(expression: Expression): CelReads {
  const names = new Set<string>();
  const fields = new Set<string>();
  let whole = false;
  const visit = (one: Expression): void => {
    const kind = one?.exprKind;
    switch (kind?.case) {
      case 'identExpr':
        names.add(kind.value.name);
        if (kind.value.name === 'data') whole = true;
        return;
      case 'selectExpr':
        if (isData(kind.value.operand)) {
          names.add('data');
          fields.add(kind.value.field);
          return;
        }
        return visit(kind.value.operand);
      case 'callExpr':
        visit(kind.value.target);
        return kind.value.args.forEach(visit);
      case 'listExpr':
        return kind.value.elements.forEach(visit);
      case 'structExpr':
        for (const { keyKind, value } of kind.value.entries) {
          if (keyKind.case === 'mapKey') visit(keyKind.value);
          visit(value);
        }
        return;
      case 'comprehensionExpr': {
        const { iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
        return [iterRange, accuInit, loopCondition, loopStep, result].forEach(visit);
      }
      default:
    }
  };
  visit(expression);
  return { names, dataFields: whole ? null : fields };
}

function isData(expression: Expression): boolean {
  const kind = expression?.exprKind;
  return kind?.case === 'identExpr' && kind.value.name === 'data';
}
