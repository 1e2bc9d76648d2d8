import Handlebars, { type HelperOptions } from 'handlebars';
import { ConcordatError } from '../../engine/errors.ts';
import { escapeMarkdown } from '../documents/escape-markdown.ts';
import { formatMailDate } from '../../web/presenters/format-date.ts';

/** The one thing a mail asks to be done. */
export interface MailAction {
  readonly label: string;
  readonly url: string;
}

/** Handed to helpers as `@mail`. */
export interface MailSurroundings {
  readonly timeZone: string;
  /** Of the installation. */
  readonly name: string;
  /** Filled while the mail is rendered. */
  readonly actions: MailAction[];
}

type Helper = (this: unknown, ...args: never[]) => unknown;

/**
 * The closed list of helpers. They return text that is then escaped like any value; only `action`,
 * `quote` and `list` return Markdown, and stand on a line of their own.
 */
export const MAIL_HELPERS: Readonly<Record<string, Helper>> = {
  eq: (a: unknown, b: unknown) => a === b,
  or: (...args: unknown[]) => args.slice(0, -1).some((value) => !Handlebars.Utils.isEmpty(value)),

  /** The first of its values that says something. */
  first: (...args: unknown[]) => args.slice(0, -1).find((value) => !isMissing(value)),

  /** The first title among its values, in quotation marks; the last value plain, for want of one. */
  titled: (...args: unknown[]) => {
    const [otherwise, ...titles] = args.slice(0, -1).reverse();
    const title = titles.reverse().find((value) => !isMissing(value));
    return title === undefined ? otherwise : `“${plainWords(title)}”`;
  },

  /** The button-like link, once in a mail: `{{action "Sign the agreement" url}}`. */
  action: (label: unknown, url: unknown, options: HelperOptions) => {
    if (typeof url !== 'string' || !/^(https?:\/\/[^\s]+|\[[^\]]+\])$/.test(url)) {
      throw new ConcordatError('rendering-failed', 'a mail with an action was given no link');
    }
    const { actions } = surroundings(options);
    if (actions.push({ label: String(label), url }) > 1) {
      throw new ConcordatError('template-refused', 'a mail has more than one action');
    }
    return new Handlebars.SafeString('::: action');
  },

  /** What a person wrote, set apart. */
  quote: (value: unknown) =>
    isMissing(value) ? '' : new Handlebars.SafeString(`> ${escapeMarkdown(String(value))}`),

  /** A list of texts, or of things with a `title` and perhaps `organisation` and `owner`. */
  list: (items: unknown, options: HelperOptions) =>
    new Handlebars.SafeString(
      (Array.isArray(items) ? items : [items])
        .map((item: unknown) => `- ${escapeMarkdown(itemWords(item, surroundings(options)))}`)
        .join('\n'),
    ),

  /**
   * `Ada Lovelace (North Coast Council)`; the words given where nobody is known. Whoever is asked by
   * what they did themselves is not spoken of as somebody else.
   */
  who: (person: unknown, otherwise: unknown, options: HelperOptions) => {
    if ((person as { self?: unknown } | undefined)?.self === true)
      return surroundings(options).name;
    const { name, organisation } = (person ?? {}) as { name?: unknown; organisation?: unknown };
    if (isMissing(name)) return isMissing(organisation) ? otherwise : organisation;
    return isMissing(organisation) ? name : `${String(name)} (${String(organisation)})`;
  },

  /** A date or an instant in words, with its zone, to stand after "by" or "until"; else as it is. */
  date: (value: unknown, options: HelperOptions) => {
    if (isMissing(value)) return '';
    return formatMailDate(String(value), surroundings(options).timeZone);
  },

  /** `1 item`, `3 items`. */
  count: (value: unknown, one: unknown, many: unknown) =>
    `${String(value)} ${String(Number(value) === 1 ? one : many)}`,
};

/** What an entry of a list is called, in the words that our forms use for it, and who and when. */
function itemWords(item: unknown, { timeZone }: MailSurroundings): string {
  if (typeof item !== 'object' || item === null) return plainWords(item);
  const fields = item as Readonly<Record<string, unknown>>;
  const words = (...keys: string[]): string[] =>
    keys.map((key) => plainWords(fields[key])).filter((text) => text !== '');
  const [called = ''] = words('title', 'name', 'action', 'organisation');
  const [day] = words('due', 'actionDue', 'on');
  const also = words('organisation', 'owner', 'post').filter((text) => text !== called);
  if (day !== undefined) also.push(`by ${formatMailDate(day, timeZone)}`);
  return `${called}${also.length === 0 ? '' : ` (${also.join(', ')})`}`;
}

function plainWords(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function surroundings(options: HelperOptions): MailSurroundings {
  return (options.data as { mail: MailSurroundings }).mail;
}
