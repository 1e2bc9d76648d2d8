import type { JsonValue } from '../../engine/json-value.ts';
import type { PersonalReference } from '../../engine/personal.ts';
import { titleWithNames } from '../access/name-title.ts';
import { readableFiles } from '../access/shared-part.ts';
import type { VisibleInstance } from '../access/visible-instance.ts';
import { NOBODY, readerWith } from '../access/personal-values.ts';
import { breathe } from '../breathe.ts';
import { readCommit } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Commit, DefinitionReference, StoredCommit } from '../store/commit.ts';
import type { PersonalValue } from '../store/commit-store.ts';
import type { DocumentInfo } from '../store/document-store.ts';
import type { InstanceRow } from '../store/instance-row.ts';
import type { BundledInstance, LeftOut } from './evidence-bundle.ts';
import type { ToldCommit, ToldInstance } from './history-page.ts';
import { formOf, sentenceOfCommit } from './sentence-of-commit.ts';
import { holdsWithoutPrejudice, idsIn, personalReferencesIn } from './what-a-commit-holds.ts';

/** One record as it went into an export. */
export interface InstanceBundle {
  readonly instance: BundledInstance;
  readonly told: ToldInstance;
  readonly documents: readonly DocumentInfo[];
  readonly leftOut: readonly LeftOut[];
  /** Ids that stand in the commits, of people and organisations among others. */
  readonly ids: ReadonlySet<string>;
  /** The workflows it ran on, by their file in the export. */
  readonly definitions: ReadonlyMap<string, DefinitionReference>;
}

export interface BundleOptions {
  /**
   * How its reader sees the record: what was said without prejudice is kept back from each, and from
   * one to whom it was only shared, all that led to it. Null for whoever looks after the installation.
   */
  readonly seen: VisibleInstance | null;
  /** Whether a commit came from a confidential record that its reader may not see. */
  readonly isOfOthers: (commit: Commit) => Promise<boolean>;
  readonly names: ReadonlyMap<string, string>;
  /** Documents that are in the export already: their files by hash. */
  readonly known: Map<string, string>;
  add(path: string, content: string | Uint8Array): Promise<void>;
}

const COMMITS_AT_ONCE = 100;

/** Adds the files of one record, as it stands at its newest commit. */
export async function bundleInstance(
  services: Pick<Services, 'store' | 'workflows'>,
  row: InstanceRow,
  options: BundleOptions,
): Promise<InstanceBundle> {
  const { store, workflows } = services;
  const { seen, names, known } = options;
  const shared = seen !== null;
  const onlyShared = seen?.sight === 'shared';
  const readable = seen === null ? null : readableFiles(seen);
  const mayRead = seen === null ? NOBODY : readerWith(seen.roles);
  const lines: string[] = [];
  const told: ToldCommit[] = [];
  const ids = new Set<string>();
  const hashes = new Set<string>();
  const personal = new Map<string, PersonalValue>();
  const definitions = new Map<string, DefinitionReference>();
  let withheld = 0;
  let head: { readonly stored: StoredCommit; readonly commit: Commit } | undefined;

  for (let fromSeq = 1; ; fromSeq += COMMITS_AT_ONCE) {
    await breathe();
    const page = await store.commits.history(row.id, { fromSeq, limit: COMMITS_AT_ONCE });
    for (const stored of page) {
      const commit = readCommit(stored);
      head = { stored, commit };
      const { id, version } = commit.definition;
      const ofOthers = await options.isOfOthers(commit);
      if (onlyShared || ofOthers || (shared && holdsWithoutPrejudice(commit))) {
        withheld += 1;
        const { seq, hash } = stored;
        const why = onlyShared
          ? 'before it was shared'
          : ofOthers
            ? 'from a record of others'
            : 'without prejudice';
        lines.push(JSON.stringify({ withheld: { seq, hash, why } }));
      } else {
        lines.push(stored.text);
        definitions.set(`workflows/${id}-${version}.json`, commit.definition);
        for (const found of idsIn(stored.text)) ids.add(found);
        for (const found of stored.text.matchAll(/[0-9a-f]{64}/gu)) hashes.add(found[0]);
        const wanted = personalReferencesIn(commit).filter((one) => !personal.has(one.personal));
        const kept = wanted.filter(mayRead).map((one) => one.personal);
        for (const value of await personalValues(store, row.id, kept)) {
          personal.set(value.id, value);
        }
        for (const value of privateTo(row.id, wanted, mayRead)) personal.set(value.id, value);
      }
      const form = formOf(await workflows.version(id, version), commit.event.type);
      const said = onlyShared || ofOthers || (shared && holdsWithoutPrejudice(commit.event));
      const sentence = said
        ? null
        : sentenceOfCommit(commit, { names, personal: valuesOf(personal), form });
      told.push({ at: commit.at, sentence });
    }
    if (page.length < COMMITS_AT_ONCE) break;
  }

  const history = `histories/${row.id}.jsonl`;
  await options.add(history, lines.map((line) => `${line}\n`).join(''));
  const values = [...personal.values()].map(({ id, salt, value }) => ({ id, salt, value }));
  await options.add(`personal/${row.id}.json`, `${JSON.stringify(values, null, 1)}\n`);

  const newest = new Set(Object.values(head?.commit.snapshot.documents ?? {}).flatMap(partsOf));
  const documents: DocumentInfo[] = [];
  const leftOut: LeftOut[] = [];
  for (const info of await store.documents.listByInstance(row.id)) {
    const named = hashes.has(info.hash) || newest.has(info.hash);
    if (shared && !(readable?.has(info.hash) ?? named)) {
      const why = onlyShared
        ? 'The record was only shared with this reader, as it stands.'
        : 'It is named only where something was said without prejudice, or nowhere yet.';
      leftOut.push({ what: 'document', hash: info.hash, why });
      continue;
    }
    documents.push(info);
    if (known.has(info.hash)) continue;
    const bytes = await store.documents.bytes(info.hash);
    if (!bytes) continue;
    const path = `documents/${info.hash}.${extensionOf(info)}`;
    known.set(info.hash, path);
    await options.add(path, bytes);
  }

  const title = titleWithNames(names, row.title);
  const instance: BundledInstance = {
    id: row.id,
    workflow: row.workflow,
    version: row.version,
    title,
    state: row.stateTitle,
    status: row.status,
    history,
    personal: `personal/${row.id}.json`,
    commits: lines.length,
    withheld,
    head: { seq: head?.stored.seq ?? 0, hash: head?.stored.hash ?? '' },
  };
  return {
    instance,
    told: {
      instance,
      timeZone: head?.commit.origin.timeZone ?? 'UTC',
      commits: told,
      documents: documents
        .filter(({ mediaType }) => mediaType !== 'application/json')
        .sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0))
        .map(({ hash, name, createdAt }) => ({ path: known.get(hash) ?? '', name, createdAt })),
    },
    documents,
    leftOut,
    ids,
    definitions,
  };
}

/**
 * The values that a commit refers to. One that is kept with another record, from where a message
 * brought the reference, counts as erased here: whoever reads this record may not read that one.
 */
async function personalValues(
  { commits }: Pick<Services['store'], 'commits'>,
  instance: string,
  wanted: readonly string[],
): Promise<readonly PersonalValue[]> {
  const kept = await commits.personal(instance, wanted);
  const found = new Set(kept.map(({ id }) => id));
  const elsewhere = wanted.filter((id) => !found.has(id));
  return [...kept, ...elsewhere.map((id) => ({ id, instance, salt: '', value: null }))];
}

/** What people read; the source data of a document may hold more than the document shows. */
function partsOf(document: Commit['snapshot']['documents'][string]): readonly string[] {
  return [document.html, document.pdf, document.text];
}

/** Values that only some roles read: for this reader they are as if they had been erased. */
function privateTo(
  instance: string,
  references: readonly PersonalReference[],
  mayRead: (reference: PersonalReference) => boolean,
): readonly PersonalValue[] {
  return references
    .filter((one) => !mayRead(one))
    .map(({ personal: id }) => ({ id, instance, salt: '', value: null }));
}

function valuesOf(personal: ReadonlyMap<string, PersonalValue>): ReadonlyMap<string, JsonValue> {
  return new Map(
    [...personal].flatMap(([id, { value }]) =>
      value === null ? [] : [[id, JSON.parse(value) as JsonValue] as const],
    ),
  );
}

function extensionOf({ name }: DocumentInfo): string {
  return /\.([a-z0-9]{1,8})$/iu.exec(name)?.[1]?.toLowerCase() ?? 'bin';
}
