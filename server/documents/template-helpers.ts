import Handlebars from 'handlebars';
import type { HelperOptions } from 'handlebars';
import { ConcordatError } from '../../engine/errors.ts';
import { formatDate, formatDateTime } from './format-date.ts';
import { escapeMarkdown } from './escape-markdown.ts';

/** What a template is drawn with, beside its data; handed to helpers as `@document`. */
export interface TemplateSurroundings {
  /** ISO instant at which the document is drawn up. */
  readonly at: string;
  /** IANA name of the zone in which dates and times are shown. */
  readonly timeZone: string;
  /** Clauses of this document by id, with number and title, for references between them. */
  readonly clauses: ReadonlyMap<string, { readonly number: string; readonly title: string }>;
  /** Collects authors' own passages; the Markdown only says where each stands. */
  readonly authored: string[];
  /** Titles of coded values (`oneOf: [{ const, title }]`) by the schema's own words. */
  readonly choiceTitle: (path: string, value: unknown) => string | undefined;
}

type Helper = (this: unknown, ...args: never[]) => unknown;

/** What stands where a draft does not yet say something. */
const TO_BE_AGREED = new Handlebars.SafeString('**\\[to be agreed\\]**');

/**
 * The closed list of helpers that templates may use. All of them return text, which is then escaped
 * like any other value; only `clause`, `markdown` and `term` return Markdown of their own.
 */
export const TEMPLATE_HELPERS: Readonly<Record<string, Helper>> = {
  // comparisons, for {{#if (eq a b)}}
  eq: (a: unknown, b: unknown) => a === b,
  and: (...args: unknown[]) => args.slice(0, -1).every((value) => !Handlebars.Utils.isEmpty(value)),
  or: (...args: unknown[]) => args.slice(0, -1).some((value) => !Handlebars.Utils.isEmpty(value)),
  not: (value: unknown) => Handlebars.Utils.isEmpty(value),
  more: (a: unknown, b: unknown) => Number(a) > Number(b),
  some: (list: unknown, key: string, value: unknown) =>
    Array.isArray(list) && list.some((item: Record<string, unknown>) => item[key] === value),
  includes: (list: unknown, value: unknown) => Array.isArray(list) && list.includes(value),

  /** A value, or `[to be agreed]` where the draft is silent. */
  term: (value: unknown) => (isMissing(value) ? TO_BE_AGREED : value),

  /** A date (`2027-04-01`) as `1 April 2027`. */
  date: (value: unknown) => (isMissing(value) ? TO_BE_AGREED : formatDate(String(value))),

  /** An instant as `1 April 2027 at 9:30am (London time)`, in the document's zone. */
  dateTime: (value: unknown, options: HelperOptions) =>
    isMissing(value) ? '' : formatDateTime(String(value), surroundings(options).timeZone),

  /** An amount of pounds as `£12,500` or `£12,500.50`. */
  money: (value: unknown) => (isMissing(value) ? TO_BE_AGREED : formatPounds(Number(value))),

  /** `1 month`, `3 months`. */
  count: (value: unknown, one: string, many: string) =>
    isMissing(value) ? TO_BE_AGREED : `${String(value)} ${Number(value) === 1 ? one : many}`,

  /** `a, b and c`. */
  join: (list: unknown) => joinWords(Array.isArray(list) ? list.map(String) : []),

  /** The title that the schema gives a coded value. */
  choice: (value: unknown, path: string, options: HelperOptions) =>
    isMissing(value)
      ? TO_BE_AGREED
      : (surroundings(options).choiceTitle(path, value) ?? String(value)),

  /** The name of the party with this id. */
  party: (id: unknown, options: HelperOptions) => partyName(id, options),

  /** `clause 9 (Disputes)`, as a link; `the clause on …` when this document leaves it out. */
  clause: (id: string, options: HelperOptions) => {
    const clause = surroundings(options).clauses.get(id);
    if (clause === undefined) {
      throw new ConcordatError(
        'template-refused',
        `A clause refers to ${id}, which does not exist`,
      );
    }
    const words = escapeMarkdown(`clause ${clause.number} (${clause.title})`);
    return new Handlebars.SafeString(`[${words}](#clause-${id})`);
  },

  /** Whether the document has this clause, to refer to it only then. */
  hasClause: (id: string, options: HelperOptions) => surroundings(options).clauses.has(id),

  /** An author's own passage (paragraphs, lists, emphasis), on a line of its own. */
  markdown: (value: unknown, options: HelperOptions) => {
    if (isMissing(value)) return '';
    const { authored } = surroundings(options);
    return new Handlebars.SafeString(`::: authored ${authored.push(String(value)) - 1}`);
  },
};

/** `a, b and c`. */
function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function surroundings(options: HelperOptions): TemplateSurroundings {
  return (options.data as { document: TemplateSurroundings }).document;
}

function formatPounds(amount: number): string {
  const digits = Number.isInteger(amount) ? 0 : 2;
  return new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency: 'GBP',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount);
}

function partyName(id: unknown, options: HelperOptions): unknown {
  const root = (options.data as { root: { parties?: { id?: string; name?: string }[] } }).root;
  const party = root.parties?.find((party) => party.id === id);
  return party?.name ?? (isMissing(id) ? TO_BE_AGREED : id);
}
