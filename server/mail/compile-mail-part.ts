import Handlebars from 'handlebars';
import { ConcordatError } from '../../engine/errors.ts';
import { escapeMarkdown } from '../documents/escape-markdown.ts';
import { oneLine } from './mail-headers.ts';
import { MAIL_HELPERS, type MailSurroundings } from './mail-helpers.ts';

/** A compiled part of a mail template. */
export type MailPart = (data: unknown, surroundings: MailSurroundings) => string;

const BLOCK_HELPERS = ['if', 'unless', 'each', 'with'];
const INSERT = 'insertEscaped';

/**
 * Compiles a part of a template file; never text that a user typed. Every `{{value}}` is rewritten in
 * the parsed template to go through our own escaping: for Markdown in a body, to one plain line in
 * a subject. Throws `template-refused` for `{{{value}}}`, partials, decorators and unknown helpers.
 */
export function compileMailPart(text: string, into: 'markdown' | 'line', file: string): MailPart {
  const environment = into === 'markdown' ? markdownEnvironment : lineEnvironment;
  try {
    const program = environment.parse(text, { srcName: file });
    new EscapeEveryValue().accept(program);
    const options = {
      knownHelpers: Object.fromEntries(
        [...Object.keys(MAIL_HELPERS), ...BLOCK_HELPERS, INSERT].map((name) => [name, true]),
      ),
      knownHelpersOnly: true,
      noEscape: true,
    };
    // `compile` looks at the template on first use only; a mistake has to show when it is loaded.
    environment.precompile(program, options);
    const render = environment.compile(program, options);
    return (data, surroundings) =>
      render(data, {
        data: { mail: surroundings },
        allowProtoMethodsByDefault: false,
        allowProtoPropertiesByDefault: false,
      });
  } catch (cause) {
    if (cause instanceof ConcordatError) throw cause;
    throw new ConcordatError('template-refused', `${file}: ${String(cause)}`, { cause });
  }
}

const markdownEnvironment = createEnvironment(escapeMarkdown);
const lineEnvironment = createEnvironment(oneLine);

/** A Handlebars of our own: its helpers are a closed list, and prototypes are out of reach. */
function createEnvironment(escape: (text: string) => string): typeof Handlebars {
  const own = Handlebars.create();
  own.unregisterHelper('log');
  own.unregisterHelper('lookup');
  for (const [name, helper] of Object.entries(MAIL_HELPERS)) {
    own.registerHelper(name, helper as Handlebars.HelperDelegate);
  }
  own.registerHelper(INSERT, (value: unknown) => {
    if (value instanceof Handlebars.SafeString) return value.toString();
    if (value === undefined || value === null) return '';
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    if (typeof value === 'string' || typeof value === 'number') return escape(String(value));
    throw new ConcordatError('rendering-failed', 'a mail inserts something that is not text');
  });
  return own;
}

class EscapeEveryValue extends Handlebars.Visitor {
  override MustacheStatement(node: hbs.AST.MustacheStatement): void {
    const { escaped } = node as unknown as { escaped: boolean };
    if (!escaped) refuse('uses {{{…}}}, which would insert text unescaped', node);
    const path = node.path as hbs.AST.PathExpression;
    const isHelper = node.params.length > 0 || Object.hasOwn(MAIL_HELPERS, path.original);
    const value: hbs.AST.Expression = isHelper ? { ...node, type: 'SubExpression' } : path;
    node.path = {
      type: 'PathExpression',
      data: false,
      depth: 0,
      parts: [INSERT],
      original: INSERT,
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
