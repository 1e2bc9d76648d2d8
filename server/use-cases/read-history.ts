import { activeNodes } from '../../engine/active-nodes.ts';
import type { CompiledWorkflow } from '../../engine/compile.ts';
import type { StateMeta } from '../../engine/definition.ts';
import type { JsonSchema } from '../../engine/json-schema.ts';
import type { JsonObject, JsonValue } from '../../engine/json-value.ts';
import type { DocumentReference, InstanceSnapshot } from '../../engine/snapshot.ts';
import { formFieldsOf } from '../../engine/step.ts';
import type { Asker } from '../access/asker.ts';
import { visibleInstance } from '../access/visible-instance.ts';
import { canonicalJson } from '../canonical-json.ts';
import { titleInWords } from '../access/name-ids.ts';
import { type MayRead, readerWith, revealPersonal } from '../access/personal-values.ts';
import { readCommit } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Actor, Commit, StoredCommit } from '../store/commit.ts';
import { eventForm } from '../../engine/event-form.ts';

/** One commit as a reader of the history is told it: ids for people, words come on the page. */
export interface HistoryRecord {
  readonly seq: number;
  readonly hash: string;
  /** The hash of the commit before; null for the first. */
  readonly previous: string | null;
  /** UTC instant. */
  readonly at: string;
  /** The definition's sentence, {placeholders} still to be filled from `event`. */
  readonly story: string;
  /** The event's fields; personal values are shown. */
  readonly event: JsonObject;
  /** How to read the fields: the event's form, or the data. */
  readonly fields: JsonSchema;
  readonly by:
    | (Pick<
        Actor,
        'person' | 'organisation' | 'authority' | 'authorityBy' | 'authorityAt' | 'proof'
      > & {
        role: string | null;
      })
    | null;
  /** The personal link they acted from, without having signed in; null for whoever had. */
  readonly link: string | null;
  /** The related record that a message came from, if this asker may see it. */
  readonly from: { readonly instance: string; readonly title: string } | null;
  /** Where it stands from here on; null when that did not change. */
  readonly reached: string | null;
  /** What a person answered, where the event has a form. */
  readonly answers: JsonObject | null;
  /** What a correction changed, as it was and as it is. */
  readonly changes: readonly HistoryChange[];
  /** Deadlines that moved because what they count from did. */
  readonly moved: readonly MovedDeadline[];
  readonly document: DocumentReference | null;
}

export interface HistoryChange {
  readonly field: string;
  readonly before: JsonValue | null;
  readonly after: JsonValue | null;
}

export interface MovedDeadline {
  readonly title: string;
  /** UTC instants; null while there is no date. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface ReadHistory {
  /** In the order in which it happened. */
  readonly records: readonly HistoryRecord[];
  /** How many commits there are in all. */
  readonly total: number;
  /** The data's schema, to read what corrections changed. */
  readonly data: JsonSchema;
}

/**
 * The commits `fromSeq` to `toSeq` of an instance, for somebody who may see it. To whom a confidential
 * record was only shared, reads it as it stands: what led to it stays with those concerned. Throws
 * `not-found` as `visibleInstance` does.
 */
export async function readHistory(
  services: Services,
  asker: Asker,
  instance: string,
  range: { readonly fromSeq: number; readonly toSeq: number },
): Promise<ReadHistory> {
  const { store } = services;
  const { head, roles, sight } = await visibleInstance(services, asker, instance);
  const { data } = head.workflow.definition;
  if (sight === 'shared') return { records: [], total: 0, data };
  const mayRead = readerWith(roles);
  const first = Math.max(1, range.fromSeq);
  const limit = Math.min(range.toSeq, head.stored.seq) - first + 1;
  // One more than is shown: what changed is told by the commit before.
  const commits =
    limit <= 0
      ? []
      : await store.commits.history(instance, {
          fromSeq: Math.max(1, first - 1),
          limit: first > 1 ? limit + 1 : limit,
        });
  const read = commits.map(readCommit);
  const records = await Promise.all(
    commits.flatMap((stored, index) => {
      const commit = read[index];
      if (commit === undefined || stored.seq < first) return [];
      return recordOf(services, asker, stored, { commit, before: read[index - 1], mayRead });
    }),
  );
  return { records, total: head.stored.seq, data };
}

/** A commit with the one before it, and who reads. */
interface ReadCommit {
  readonly commit: Commit;
  readonly before: Commit | undefined;
  readonly mayRead: MayRead;
}

async function recordOf(
  services: Services,
  asker: Asker,
  { seq, hash }: StoredCommit,
  reading: ReadCommit,
): Promise<HistoryRecord> {
  const { commit, before, mayRead } = reading;
  const { store, workflows } = services;
  const { instance, snapshot, by, cause } = commit;
  const workflow = await workflows.version(commit.definition.id, commit.definition.version);
  const { definition } = workflow;
  const event = (await revealPersonal(store, instance, commit.event, mayRead)) as JsonObject;
  const { type } = commit.event;
  const form =
    type === 'concordat.start' ? workflow.startForm.shown : eventForm(workflow, type)?.form;
  const role = by?.role ?? null;
  const from = cause.kind === 'signal' ? await visibleTitle(services, asker, cause.instance) : null;
  // A signal that nobody wrote a sentence for has only the name of its event, and whoever may not see
  // where it came from is not told that either: it may be that there is a dispute.
  const untold = commit.story === type;
  const silent = untold && cause.kind === 'signal' && from === null;
  return {
    seq,
    hash,
    previous: commit.previous,
    at: commit.at,
    story: untold ? 'Word came from a related record' : commit.story,
    event: silent ? { type: UNTOLD } : event,
    fields: form ?? definition.data,
    by: by && {
      person: by.person,
      organisation: by.organisation,
      authority: by.authority,
      ...(by.authorityBy === undefined ? {} : { authorityBy: by.authorityBy }),
      ...(by.authorityAt === undefined ? {} : { authorityAt: by.authorityAt }),
      ...(by.proof === undefined ? {} : { proof: by.proof }),
      role: role === null ? null : (definition.roles[role]?.title ?? ROLES_OF_OURS[role] ?? null),
    },
    link: cause.kind === 'link' ? cause.link : null,
    from,
    reached: reachedState(workflow, snapshot, before?.snapshot),
    answers: by !== null && form !== undefined ? formFieldsOf({ ...event, type }) : null,
    changes: type === 'concordat.correct' ? await changesOf(services, event, reading) : [],
    moved: movedDeadlines(workflow, commit, before),
    document: type.startsWith('effect.document.')
      ? (commit.event['document'] as unknown as DocumentReference)
      : null,
  };
}

/** What stands for the event of a signal whose sender is not for this reader to know. */
const UNTOLD = 'concordat.untold';

/** Roles of the engine's own events, which no definition has to name. */
const ROLES_OF_OURS: Readonly<Record<string, string>> = { coordinator: 'Coordinator' };

async function changesOf(
  { store }: Services,
  event: JsonObject,
  { commit, before, mayRead }: ReadCommit,
): Promise<readonly HistoryChange[]> {
  const changes = (event['changes'] ?? {}) as JsonObject;
  const data = (before?.snapshot.data ?? {}) as JsonObject;
  return Promise.all(
    Object.entries(changes).map(async ([field, after]) => {
      const old = await revealPersonal(store, commit.instance, data[field] ?? null, mayRead);
      return { field, before: old, after };
    }),
  );
}

function reachedState(
  workflow: CompiledWorkflow,
  now: InstanceSnapshot,
  before: InstanceSnapshot | undefined,
): string | null {
  if (before && canonicalJson(before.value) === canonicalJson(now.value)) return null;
  const known = new Set(before ? innermost(workflow, before).map(({ path }) => path) : []);
  const reached = innermost(workflow, now).filter(({ path }) => !known.has(path));
  return reached.map(({ title }) => title).join('; ') || null;
}

function innermost(
  workflow: CompiledWorkflow,
  snapshot: InstanceSnapshot,
): readonly { readonly path: string; readonly title: string }[] {
  return activeNodes(workflow, snapshot)
    .filter((node) => Object.keys(node.states).length === 0)
    .sort((a, b) => a.order - b.order)
    .map((node) => ({
      path: node.path.join('.'),
      title: (node.config.meta as StateMeta | undefined)?.title ?? node.key,
    }));
}

/** Timers that went on running over this commit with another due time. */
function movedDeadlines(
  { definition }: CompiledWorkflow,
  commit: Commit,
  before: Commit | undefined,
): readonly MovedDeadline[] {
  const earlier = new Map((before?.timers ?? []).map((timer) => [timer.timer, timer]));
  return commit.timers.flatMap(({ timer, deadline, enteredAt, dueAt }) => {
    const old = earlier.get(timer);
    if (!old || old.enteredAt !== enteredAt || old.dueAt === dueAt) return [];
    const title = definition.deadlines?.[deadline]?.title ?? deadline;
    return [{ title, from: old.dueAt, to: dueAt }];
  });
}

async function visibleTitle(
  services: Services,
  asker: Asker,
  instance: string,
): Promise<HistoryRecord['from']> {
  try {
    await visibleInstance(services, asker, instance);
  } catch {
    return null;
  }
  const row = await services.store.instances.get(instance);
  return row ? { instance, title: await titleInWords(services.store, row.title) } : null;
}
