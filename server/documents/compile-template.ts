import Handlebars from 'handlebars';
import { ConcordatError } from '../../engine/errors.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { TEMPLATE_HELPERS, type TemplateSurroundings } from './template-helpers.ts';

/** A compiled part of a template: data in, Markdown out. */
export type TemplatePart = (data: unknown, surroundings: TemplateSurroundings) => string;

const BLOCK_HELPERS = ['if', 'unless', 'each', 'with'];
const INSERT = 'insertEscaped';
const RESERVED_NAMES = [...Object.keys(TEMPLATE_HELPERS), ...BLOCK_HELPERS];

const KNOWN_HELPERS: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries([...RESERVED_NAMES, INSERT].map((name) => [name, true])),
  // Handlebars counts these as known unless told otherwise.
  log: false,
  lookup: false,
};

const environment = createEnvironment();

/** A Handlebars of our own: its helpers are a closed list, and prototypes are out of reach. */
function createEnvironment(): typeof Handlebars {
  const own = Handlebars.create();
  own.unregisterHelper('log');
  own.unregisterHelper('lookup');
  for (const [name, helper] of Object.entries(TEMPLATE_HELPERS)) {
    own.registerHelper(name, helper as Handlebars.HelperDelegate);
  }
  own.registerHelper(INSERT, insertEscaped);
  return own;
}

/**
 * Compiles the text of a template file; never text that a user typed. Handlebars escapes for HTML
 * and cannot be told otherwise for one environment, so every `{{value}}` is rewritten in the parsed
 * template to go through our own escaping for Markdown. Throws `template-refused` for `{{{value}}}`,
 * partials, decorators and unknown helpers.
 */
export function compileTemplate(text: string, file: string): TemplatePart {
  try {
    const program = environment.parse(text, { srcName: file });
    new EscapeEveryValue().accept(program);
    const render = environment.compile(program, {
      knownHelpers: KNOWN_HELPERS,
      knownHelpersOnly: true,
      noEscape: true,
      strict: false,
    });
    // Handlebars compiles on first use; a mistake has to show when the template is loaded.
    render({}, runtimeOptions(EMPTY_SURROUNDINGS));
    return (data, surroundings) => render(data, runtimeOptions(surroundings));
  } catch (cause) {
    if (cause instanceof ConcordatError) throw cause;
    throw new ConcordatError('template-refused', `${file}: ${String(cause)}`, { cause });
  }
}

const EMPTY_SURROUNDINGS: TemplateSurroundings = {
  at: '1970-01-01T00:00:00Z',
  timeZone: 'UTC',
  clauses: {
    get: () => ({ number: '0', title: '' }),
    has: () => true,
  } as unknown as TemplateSurroundings['clauses'],
  authored: [],
  choiceTitle: () => undefined,
};

function runtimeOptions(surroundings: TemplateSurroundings): Handlebars.RuntimeOptions {
  return {
    data: { document: surroundings },
    allowProtoMethodsByDefault: false,
    allowProtoPropertiesByDefault: false,
  };
}

function insertEscaped(value: unknown): string {
  if (value instanceof Handlebars.SafeString) return value.toString();
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeMarkdown(String(value));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  throw new ConcordatError('template-refused', 'a template inserts something that is not text');
}

class EscapeEveryValue extends Handlebars.Visitor {
  override MustacheStatement(node: hbs.AST.MustacheStatement): void {
    const { escaped } = node as unknown as { escaped: boolean };
    if (!escaped) refuse('uses {{{…}}}, which would insert text unescaped', node);
    const path = node.path as hbs.AST.PathExpression;
    const isHelper = node.params.length > 0;
    if (!isHelper && RESERVED_NAMES.includes(path.original)) {
      refuse(`inserts ${path.original}, which is a helper: give the value another name`, node);
    }
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
