import { titleWithNames } from '../access/name-title.ts';
import { formatDate } from '../documents/format-date.ts';
import { namesById } from '../access/name-ids.ts';
import { formOf, sentenceOfCommit } from '../evidence/sentence-of-commit.ts';
import { readCommit } from '../runtime/head.ts';
import type { WorkflowLibrary } from '../runtime/workflow-library.ts';
import type { AppendInput, CommitStore } from '../store/commit-store.ts';
import type { Commit } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import type { JsonValue } from '../../engine/json-value.ts';

/** Tells the story from what is really recorded: a sentence for each commit that people care for. */
export interface Narrator {
  /** A store that tells what is appended to it. */
  readonly store: Store;
  /** The workflows, once they have been read: they know what choices are called. */
  learn(workflows: WorkflowLibrary): void;
  /** A heading of the story. */
  chapter(title: string): void;
  /** A sentence that stands in no history. */
  remark(at: string, sentence: string): void;
  readonly told: readonly string[];
}

export function narrator(store: Store, say: (line: string) => void): Narrator {
  const told: string[] = [];
  let library: WorkflowLibrary | undefined;
  const tell = (line: string): void => {
    told.push(line);
    say(line);
  };
  let last = '';
  let alike = 0;
  /** Ten answers to ten questions are told as one and a number. */
  const tellHowManyAlike = (): void => {
    if (alike > 0) tell(`${' '.repeat(20)}… and ${alike} more of the same.`);
    alike = 0;
    last = '';
  };
  const dated = (at: string, timeZone: string, sentence: string): void => {
    const line = `${dayOf(at, timeZone).padEnd(18)}  ${sentence}`;
    if (line === last) {
      alike += 1;
      return;
    }
    tellHowManyAlike();
    last = line;
    tell(line);
  };

  async function tellCommit({ commit, projection, personal }: AppendInput): Promise<void> {
    const read = readCommit(commit);
    if (!isWorthTelling(read)) return;
    const names = await namesById(store);
    const known = new Map(
      personal.map(({ id, value }) => [id, JSON.parse(value ?? 'null') as JsonValue]),
    );
    const title = titleWithNames(names, projection.row.title);
    const { id, version } = read.definition;
    const workflow = await library?.version(id, version);
    const form = workflow && formOf(workflow, read.event.type);
    const sentence = sentenceOfCommit(read, { names, personal: known, form });
    dated(read.at, read.origin.timeZone, `${title}. ${sentence}.`);
  }

  const commits: CommitStore = {
    ...store.commits,
    async append(input) {
      const result = await store.commits.append(input);
      if (result.kind === 'committed') await tellCommit(input);
      return result;
    },
  };
  return {
    store: { ...store, commits },
    learn(workflows) {
      library = workflows;
    },
    chapter(title) {
      tellHowManyAlike();
      tell('');
      tell(title);
      tell('');
    },
    remark: (at, sentence) => dated(at, 'Europe/London', sentence),
    told,
  };
}

/** Mails, calendar entries and messages between records would bury what people did. */
function isWorthTelling({ event, cause }: Commit): boolean {
  if (event.type === 'concordat.note') return false;
  if (event.type.startsWith('effect.start.')) return false;
  return cause.kind !== 'signal';
}

function dayOf(at: string, timeZone: string): string {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date(at));
  return formatDate(date);
}
