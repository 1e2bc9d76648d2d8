import Handlebars from 'handlebars';
import { ConcordatError } from '../../engine/errors.ts';
import { escapeMarkdown } from '../documents/escape-markdown.ts';
import { escapeEveryValue } from '../escape-every-value.ts';
import { oneLine } from './mail-headers.ts';
import { MAIL_HELPERS, type MailSurroundings } from './mail-helpers.ts';

/** A compiled part of a mail template. */
export type MailPart = (data: unknown, surroundings: MailSurroundings) => string;

const HELPERS = [...Object.keys(MAIL_HELPERS), 'if', 'unless', 'each', 'with'];
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
    escapeEveryValue(program, INSERT, HELPERS);
    const options = {
      knownHelpers: Object.fromEntries([...HELPERS, INSERT].map((name) => [name, true])),
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
