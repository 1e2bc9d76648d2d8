import type { JsonValue } from '../../engine/json-value.ts';
import { titleWithNames } from '../access/name-title.ts';
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
  /** For a reader: what was said without prejudice is kept back. */
  readonly shared: boolean;
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
  const { shared, names, known } = options;
  const lines: string[] = [];
  const told: ToldCommit[] = [];
  const ids = new Set<string>();
  const hashes = new Set<string>();
  const personal = new Map<string, PersonalValue>();
  const definitions = new Map<string, DefinitionReference>();
  let withheld = 0;
  let head: { readonly stored: StoredCommit; readonly commit: Commit } | undefined;

  for (let fromSeq = 1; ; fromSeq += COMMITS_AT_ONCE) {
    const page = await store.commits.history(row.id, { fromSeq, limit: COMMITS_AT_ONCE });
    for (const stored of page) {
      const commit = readCommit(stored);
      head = { stored, commit };
      const { id, version } = commit.definition;
      if (shared && holdsWithoutPrejudice(commit)) {
        withheld += 1;
        const { seq, hash } = stored;
        lines.push(JSON.stringify({ withheld: { seq, hash, why: 'without prejudice' } }));
      } else {
        lines.push(stored.text);
        definitions.set(`workflows/${id}-${version}.json`, commit.definition);
        for (const found of idsIn(stored.text)) ids.add(found);
        for (const found of stored.text.matchAll(/[0-9a-f]{64}/gu)) hashes.add(found[0]);
        const wanted = personalReferencesIn(commit)
          .map((reference) => reference.personal)
          .filter((one) => !personal.has(one));
        for (const value of await personalValues(store, row.id, wanted)) {
          personal.set(value.id, value);
        }
      }
      const form = formOf(await workflows.version(id, version), commit.event.type);
      const said = shared && holdsWithoutPrejudice(commit.event);
      const sentence = said
        ? null
        : sentenceOfCommit(commit, { names, personal: readable(personal), form });
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
    if (shared && !hashes.has(info.hash) && !newest.has(info.hash)) {
      const why = 'It is named only where something was said without prejudice, or nowhere yet.';
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

function readable(personal: ReadonlyMap<string, PersonalValue>): ReadonlyMap<string, JsonValue> {
  return new Map(
    [...personal].flatMap(([id, { value }]) =>
      value === null ? [] : [[id, JSON.parse(value) as JsonValue] as const],
    ),
  );
}

function extensionOf({ name }: DocumentInfo): string {
  return /\.([a-z0-9]{1,8})$/iu.exec(name)?.[1]?.toLowerCase() ?? 'bin';
}
