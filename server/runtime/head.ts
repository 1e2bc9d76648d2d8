import type { CompiledWorkflow } from '../../engine/compile.ts';
import { ConcordatError } from '../../engine/errors.ts';
import type { Scope } from '../../engine/scope.ts';
import { scopeOf } from '../../engine/surroundings.ts';
import { holidayCalendar } from '../holiday-calendar.ts';
import type { Commit, StoredCommit } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { ENGINE_VERSION } from './engine-version.ts';
import { notKnownHere } from './known-here.ts';
import type { WorkflowLibrary } from './workflow-library.ts';
import { actingPerson } from './acting-person.ts';

/** An instance as its newest commit has it. */
export interface Head {
  readonly stored: StoredCommit;
  readonly commit: Commit;
  readonly workflow: CompiledWorkflow;
}

/**
 * Loads an instance's head; undefined when there is no such instance. Throws `not-known-here` for one
 * that a newer Concordat has changed in ways that this one cannot go on from. `orKnown`: see the store.
 */
export async function loadHead(
  store: Pick<Store, 'commits'>,
  workflows: WorkflowLibrary,
  instance: string,
  options?: { readonly orKnown: boolean },
): Promise<Head | undefined> {
  const stored = await store.commits.head(instance, options);
  if (!stored) return undefined;
  const commit = readCommit(stored);
  requireKnownEngine(commit);
  const { id, version } = commit.definition;
  return { stored, commit, workflow: await workflows.version(id, version) };
}

/** A step of ours after one of an engine that means more by it would be a wrong one. */
function requireKnownEngine({ engine, instance }: Commit): void {
  if (engineNumber(engine) > engineNumber(ENGINE_VERSION)) {
    throw notKnownHere(`${instance}, last changed by ${engine},`);
  }
}

function engineNumber(engine: string): number {
  return Number(/^concordat (\d+)/u.exec(engine)?.[1] ?? 0);
}

/** The commit in its stored text. Those read last are kept: their hash says that they are the same. */
export function readCommit(stored: StoredCommit): Commit {
  const known = recent.get(stored.hash);
  if (known) return known;
  // Always from the text: a step then sees the same order of names as a replay would.
  const commit = JSON.parse(stored.text) as Commit;
  if (recent.size >= MOST_RECENT) recent.clear();
  recent.set(stored.hash, commit);
  return commit;
}

const MOST_RECENT = 2_000;
const recent = new Map<string, Commit>();

/** As `loadHead`, but throws `not-found`. */
export async function requireHead(
  store: Pick<Store, 'commits'>,
  workflows: WorkflowLibrary,
  instance: string,
  options?: { readonly orKnown: boolean },
): Promise<Head> {
  const head = await loadHead(store, workflows, instance, options);
  if (head) return head;
  throw new ConcordatError('not-found', `there is no instance ${instance}`, {
    userMessage: 'This page is not here. It may have been moved, or the address may be incomplete.',
  });
}

/** What a step of this instance is taken in, and what its gates are read in. */
export function surroundingsOf(head: Head, at: string): Surroundings {
  const { commit, workflow } = head;
  const { origin } = commit;
  return {
    workflow,
    at: at < commit.at ? commit.at : at,
    by: actingPerson(commit.by),
    instance: {
      id: commit.instance,
      partnership: origin.partnership,
      parent: origin.parent,
      timeZone: origin.timeZone,
    },
    settings: commit.settings,
    calendar: holidayCalendar(origin.region),
  };
}

export type Surroundings = Parameters<typeof scopeOf>[0];

/** The scope at an instance's head, for what a page shows. */
export function scopeAtHead(head: Head, at: string, by: Scope['by'] = null): Scope {
  const { data, documents } = head.commit.snapshot;
  const surroundings = { ...surroundingsOf(head, at), by };
  return scopeOf(surroundings, { type: 'concordat.look' }, data, documents, null);
}
