import Handlebars from 'handlebars';
import { ConcordatError } from '../../engine/errors.ts';
import { escapeEveryValue } from '../escape-every-value.ts';
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
    escapeEveryValue(program, INSERT, RESERVED_NAMES);
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

/** What a template is tried in, to see that it compiles. */
export const EMPTY_SURROUNDINGS: TemplateSurroundings = {
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
