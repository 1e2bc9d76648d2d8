import { inWords } from '../../engine/in-words.ts';
import { emptiedBy } from '../../engine/emptied.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import type {
  HistoryChange,
  HistoryRecord,
  MovedDeadline,
} from '../../server/use-cases/read-history.ts';
import { titleWithNames } from '../../server/access/name-title.ts';
import { formatDeadline, formatInstant } from './format-date.ts';
import { humanise } from './form/humanise.ts';
import { type HistoryEntry, presentHistory } from './history.ts';
import { type Speaking, spokenRows, spokenScalar, spokenText } from './spoken-value.ts';
import type { SummaryRow } from './summary.ts';

export interface PresentHistory {
  readonly records: readonly HistoryRecord[];
  /** The data's schema, to read what corrections changed. */
  readonly data: JsonSchema;
  readonly speaking: Speaking;
  /** Where a document is read; null when this reader has no page for it. */
  readonly documentHref: ((hash: string) => string) | null;
}

/** What happened, newest first, each in a sentence with who, when and what changed. */
export function presentRecords(
  given: PresentHistory,
): readonly (ReturnType<typeof presentHistory>[number] & RecordDetails)[] {
  const { records, speaking } = given;
  const entries = presentHistory(
    records.map((record) => entryOf(given, record)),
    speaking.timeZone,
  );
  const newestFirst = [...records].reverse();
  return entries.map((entry, index) => {
    const record = newestFirst[index];
    return {
      ...entry,
      seq: record?.seq ?? 0,
      hash: record?.hash ?? '',
      answers: record ? answersOf(given, record) : [],
    };
  });
}

/**
 * Mails that went out one after the other as one entry, so that a short history tells what people
 * did. The whole history keeps them apart.
 */
export function foldMails(records: readonly HistoryRecord[]): readonly HistoryRecord[] {
  const folded: HistoryRecord[] = [];
  for (const record of records) {
    const last = folded.at(-1);
    const alike = last?.story === record.story && isMail(last) && isMail(record);
    if (!last || !alike) folded.push(record);
    else
      folded[folded.length - 1] = {
        ...record,
        event: { ...record.event, ...together(last, record) },
      };
  }
  return folded;
}

function isMail({ event, reached }: HistoryRecord): boolean {
  return event['what'] === 'mail' && reached === null;
}

function together(one: HistoryRecord, other: HistoryRecord): JsonObject {
  const both = (name: string): JsonObject[string] => {
    const lists = [one.event[name], other.event[name]].flatMap((list) =>
      Array.isArray(list) ? list : [],
    );
    return [...new Set(lists)];
  };
  return { people: both('people'), refused: both('refused') };
}

/** What the whole history shows besides: the answers given, and the commit's number and hash. */
interface RecordDetails {
  readonly seq: number;
  readonly hash: string;
  readonly answers: readonly SummaryRow[];
}

function entryOf(given: PresentHistory, record: HistoryRecord): HistoryEntry {
  const { speaking, documentHref } = given;
  const who = whoOf(record, speaking);
  const reason = record.event['reason'];
  const correction = record.changes.length > 0;
  const notes = [
    ...authorityNote(record, speaking),
    ...(record.reached === null ? [] : [`Now: ${record.reached}`]),
    ...record.changes.map((change) => changeInWords(given, change)),
    ...emptiedBy(record.event).map((field) => emptiedInWords(record, field)),
    ...(correction && typeof reason === 'string' ? [`Why: ${reason}`] : []),
    ...record.moved.map((moved) => moveInWords(moved, speaking.timeZone)),
  ];
  const links = [
    ...(record.document && documentHref
      ? [{ href: documentHref(record.document.html), text: `Read “${record.document.title}”` }]
      : []),
    ...(record.from
      ? [{ href: `/instances/${record.from.instance}`, text: record.from.title }]
      : []),
  ];
  return {
    at: record.at,
    what: storyInWords(record, speaking),
    ...(who === '' ? {} : { who }),
    ...(notes.length > 0 ? { notes } : {}),
    ...(links.length > 0 ? { links } : {}),
    notable: record.reached !== null,
  };
}

function whoOf({ by, link: from }: HistoryRecord, { names }: Speaking): string {
  if (by === null) return '';
  const name = names.get(by.person) ?? 'Somebody who is no longer listed';
  const parts = [name, by.organisation === null ? '' : (names.get(by.organisation) ?? '')];
  const role = by.role === null ? '' : ` (${by.role})`;
  return `${parts.filter((part) => part !== '').join(', ')}${role}${wayOf(by.proof, from)}`;
}

/** How they came to it, where they had not signed in. */
function wayOf(proof: NonNullable<HistoryRecord['by']>['proof'], link: string | null): string {
  if (proof === 'token') return ', by a program with their token';
  if (proof === 'link-and-code') return ', from a personal link, with a one-time code';
  return link === null ? '' : ', from a personal link';
}

/** Who stood behind a signatory: what they signed under, and who had written that down. */
function authorityNote({ by }: HistoryRecord, { names, timeZone }: Speaking): readonly string[] {
  if (by === null || by.authority === null || by.authorityBy === undefined) return [];
  const who = names.get(by.authorityBy) ?? 'somebody who is no longer listed';
  const when = by.authorityAt === undefined ? '' : ` on ${formatInstant(by.authorityAt, timeZone)}`;
  return [`Authority: ${by.authority} (recorded by ${who}${when})`];
}

/** The sentence with names, dates and sums in place of its {placeholders}. */
function storyInWords({ story, event, fields }: HistoryRecord, speaking: Speaking): string {
  // Ids also stand in titles of records that a sentence quotes.
  const quoted = titleWithNames(speaking.names, story);
  return quoted.replaceAll(/\{([\w.]+)\}/gu, (_, name: string) => {
    const value = Object.hasOwn(event, name) ? event[name] : null;
    if (value === undefined || value === null || value === '') return 'not given';
    const known = fields.properties && Object.hasOwn(fields.properties, name);
    const said = known ? spokenText(speaking, fields, name, value) : '';
    return said === '' ? plainWords(speaking, value) : said;
  });
}

/** A value that no schema speaks for (who a mail went to, which party answered). */
function plainWords(speaking: Speaking, value: unknown): string {
  if (Array.isArray(value))
    return inWords(
      value.map((one) => plainWords(speaking, one)),
      'and',
    );
  if (typeof value === 'string') {
    const schema: JsonSchema = {
      type: 'object',
      properties: { it: { type: 'string', ...(isDate(value) ? { format: 'date' } : {}) } },
    };
    return isDate(value)
      ? spokenText(speaking, schema, 'it', value)
      : spokenScalar(speaking, value);
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/u.test(text);
}

/** "Review date: was 1 March 2027, is 8 March 2027". */
export function changeInWords(
  { data, speaking }: Pick<PresentHistory, 'data' | 'speaking'>,
  { field, before, after }: HistoryChange,
): string {
  const title = data.properties?.[field]?.title ?? humanise(field);
  const was = spokenText(speaking, data, field, before);
  const is = spokenText(speaking, data, field, after);
  if (is === '') return `${title}: was ${was}, is now left open`;
  return was === ''
    ? `${title}: was not given, is now ${is}`
    : `${title}: was ${was}, is now ${is}`;
}

/** "Answers are due: moved from the end of 1 March 2027 to the end of 8 March 2027". */
export function moveInWords({ title, from, to }: MovedDeadline, timeZone: string): string {
  if (to === null) return `${title}: no longer has a date`;
  const day = formatDeadline(to, timeZone);
  return from === null
    ? `${title}: now due by ${day}`
    : `${title}: moved from ${formatDeadline(from, timeZone)} to ${day}`;
}

function emptiedInWords({ fields }: HistoryRecord, field: string): string {
  return `${fields.properties?.[field]?.title ?? humanise(field)}: taken away`;
}

function answersOf({ speaking }: PresentHistory, record: HistoryRecord): readonly SummaryRow[] {
  return record.answers === null ? [] : spokenRows(speaking, record.fields, record.answers);
}
