import type { CompiledWorkflow } from '../../engine/compile.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import type { JsonValue } from '../../engine/json-value.ts';
import { isPersonalReference } from '../../engine/personal.ts';
import { titleWithNames } from '../access/name-title.ts';
import { formatDate } from '../documents/format-date.ts';
import { titleOfChoice } from '../documents/title-of-choice.ts';
import type { Commit } from '../store/commit.ts';
import { eventForm } from '../../engine/event-form.ts';

/** What a sentence needs to know besides the commit. */
export interface Telling {
  /** Names of people and organisations, by id. */
  readonly names: ReadonlyMap<string, string>;
  /** Personal values by reference, as far as they are known. */
  readonly personal: ReadonlyMap<string, JsonValue>;
  /** The form of the event, or the data: what the codes of choices are called. */
  readonly form: JsonSchema | undefined;
}

/** The form with which an event of this workflow was sent, as `Telling` wants it. */
export function formOf(workflow: CompiledWorkflow, event: string): JsonSchema {
  if (event === 'concordat.start') return workflow.startForm.shown;
  return eventForm(workflow, event)?.form ?? workflow.definition.data;
}

/** What one commit records, as a sentence: "Agreed on this text: Anna Ŵyn, Vale Council". */
export function sentenceOfCommit(commit: Commit, telling: Telling): string {
  const said = whatHappened(commit, telling);
  const who = whoDidIt(commit, telling);
  const plain = said.replace(/[.\s]+$/u, '');
  return who === '' ? plain : `${plain} (${who})`;
}

function whatHappened({ event, story }: Commit, telling: Telling): string {
  // A signal that nobody wrote a sentence for has only the name of its event.
  if (story === event.type) return 'Word came from a related record';
  // Ids also stand in titles of records that a sentence quotes.
  return titleWithNames(telling.names, story).replaceAll(/\{([\w.]+)\}/gu, (_, name: string) => {
    const value = event[name];
    const words = titleOfChoice(telling.form, name, value) ?? wordsOf(value, telling);
    return words === '' ? 'not given' : words;
  });
}

const MORE_PROOF: Readonly<Record<string, string>> = {
  'link-and-code': 'with a one-time code',
  token: 'by a program with their token',
};

function whoDidIt({ by, cause }: Commit, { names }: Telling): string {
  // Whoever began it stands in each commit that follows from it; only the first is their act.
  if (by === null || (cause.kind !== 'person' && cause.kind !== 'link')) return '';
  const person = names.get(by.person) ?? 'somebody who is no longer listed';
  const organisation = by.organisation === null ? undefined : names.get(by.organisation);
  const link = cause.kind === 'link' ? 'from a personal link' : undefined;
  const more = MORE_PROOF[by.proof ?? ''];
  return [person, organisation, link, more].filter((part) => part !== undefined).join(', ');
}

function wordsOf(value: JsonValue | undefined, telling: Telling): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    if (isDate(value)) return formatDate(value);
    return telling.names.get(value) ?? titleWithNames(telling.names, value);
  }
  if (Array.isArray(value)) return value.map((one) => wordsOf(one, telling)).join(', ');
  if (!isPersonalReference(value)) return '';
  return wordsOf(telling.personal.get(value.personal) ?? '(erased)', telling);
}

/** A date of the calendar; somebody may have typed one that never was. */
function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/u.test(text) && !Number.isNaN(Date.parse(text));
}
