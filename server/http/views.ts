import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import Handlebars from 'handlebars';
import type { AssetManifest } from '../../web/asset-manifest.ts';

export interface Views {
  /** The page as HTML. Throws when no view has that name or the view asks for an unknown helper. */
  render(view: string, context: object): string;
}

/** The whole vocabulary of a view besides Handlebars' own `if`, `unless`, `each`, `with`, `lookup`. */
const OWN_HELPERS = { asset: true, eq: true };

const COMPILE: CompileOptions = {
  knownHelpersOnly: true,
  knownHelpers: OWN_HELPERS,
  preventIndent: true,
};

/** A view sees only what it was given: no prototypes, so no constructor to climb out by. */
const RUN: Handlebars.RuntimeOptions = {
  allowProtoPropertiesByDefault: false,
  allowProtoMethodsByDefault: false,
};

/**
 * Finds every view under `directory`; `pages/work.hbs` is the view and the partial `pages/work`.
 * Each is read when it is first shown: a server that starts has no time for all of them. The build
 * refuses one that is not well formed.
 */
export function createViews(deps: { directory: string; assets: AssetManifest }): Views {
  const handlebars = Handlebars.create();
  handlebars.registerHelper('asset', (name: string) => deps.assets.url(name));
  handlebars.registerHelper('eq', (a: unknown, b: unknown) => a === b);
  const visitor = namedArgumentsOnly();
  const templates = new Map<string, Handlebars.TemplateDelegate>();
  for (const file of viewFiles(deps.directory)) {
    const name = relative(deps.directory, file).split(sep).join('/').slice(0, -'.hbs'.length);
    const template = lazily(() => {
      const tree = handlebars.parse(readFileSync(file, 'utf8'));
      visitor.accept(tree);
      return handlebars.compile(tree, COMPILE);
    });
    templates.set(name, template);
    handlebars.registerPartial(name, template);
  }
  return {
    render(view, context) {
      const template = templates.get(view);
      if (!template) throw new Error(`There is no view called ${view}.`);
      return template(context, RUN);
    },
  };
}

function lazily(make: () => Handlebars.TemplateDelegate): Handlebars.TemplateDelegate {
  let made: Handlebars.TemplateDelegate | undefined;
  return (context, options) => {
    made ??= make();
    return made(context, options);
  };
}

/**
 * A partial called with named arguments sees those alone, and nothing of the page around it: else
 * `{{> partials/button text="Sign in"}}` on a page about a person's `name` would be a button of that
 * name. Called bare (`{{> partials/form/label}}`) or with a context, it sees that context; a partial
 * with a block keeps the page's, for the block's sake.
 */
function namedArgumentsOnly(): Handlebars.Visitor {
  const visitor = new Handlebars.Visitor();
  const descend = visitor.PartialStatement.bind(visitor);
  visitor.PartialStatement = (partial) => {
    if (partial.params.length === 0 && partial.hash !== undefined) {
      const nothing: hbs.AST.UndefinedLiteral = { type: 'UndefinedLiteral', loc: partial.loc };
      partial.params.push(nothing);
    }
    descend(partial);
  };
  return visitor;
}

function viewFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.hbs'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
