import Handlebars from 'handlebars';
import { ConcordatError } from '../engine/errors.ts';

/**
 * Rewrites a parsed template so that every `{{value}}` goes through the helper named `insert`, which
 * escapes it for the place it stands in: Handlebars itself escapes for HTML and cannot be told
 * otherwise for one environment. Throws `template-refused` for `{{{value}}}`, partials and decorators,
 * which would go round it, and for a value named like one of the helpers.
 */
export function escapeEveryValue(
  program: hbs.AST.Program,
  insert: string,
  helpers: readonly string[],
): void {
  new Rewriting(insert, helpers).accept(program);
}

class Rewriting extends Handlebars.Visitor {
  private readonly insert: string;
  private readonly helpers: readonly string[];

  constructor(insert: string, helpers: readonly string[]) {
    super();
    this.insert = insert;
    this.helpers = helpers;
  }

  override MustacheStatement(node: hbs.AST.MustacheStatement): void {
    const { escaped } = node as unknown as { escaped: boolean };
    if (!escaped) refuse('uses {{{…}}}, which would insert text unescaped', node);
    const path = node.path as hbs.AST.PathExpression;
    const isHelper = node.params.length > 0;
    if (!isHelper && this.helpers.includes(path.original)) {
      refuse(`inserts ${path.original}, which is a helper: give the value another name`, node);
    }
    const value: hbs.AST.Expression = isHelper ? { ...node, type: 'SubExpression' } : path;
    node.path = {
      type: 'PathExpression',
      data: false,
      depth: 0,
      parts: [this.insert],
      original: this.insert,
      loc: node.loc,
    };
    node.params = [value];
    node.hash = undefined as unknown as hbs.AST.Hash;
    Object.assign(node, { escaped: false });
  }

  override PartialStatement(node: hbs.AST.PartialStatement): void {
    refuse('uses a partial', node);
  }

  override PartialBlockStatement(node: hbs.AST.PartialBlockStatement): void {
    refuse('uses a partial', node);
  }

  override Decorator(node: hbs.AST.Decorator): void {
    refuse('uses a decorator', node);
  }

  override DecoratorBlock(node: hbs.AST.DecoratorBlock): void {
    refuse('uses a decorator', node);
  }
}

function refuse(what: string, node: hbs.AST.Node): never {
  const { source, start } = node.loc;
  throw new ConcordatError('template-refused', `${source} line ${start.line} ${what}`);
}
