import type { CompiledWorkflow } from '../../engine/compile.ts';
import { partiesOf } from '../../engine/gate.ts';
import type { JsonObject, JsonValue } from '../../engine/json-value.ts';
import { isPersonalReference } from '../../engine/personal.ts';
import { placeOf } from '../../engine/place.ts';
import type { Scope } from '../../engine/scope.ts';
import type { Commit } from '../store/commit.ts';
import { claimsOf } from '../store/claims-of-commit.ts';
import type { Projection } from '../store/commit-store.ts';
import type { InstanceRow } from '../store/instance-row.ts';

/** What lists and indexes show of a commit; derived from the commit alone, so it can be repeated. */
export function projectCommit(
  commit: Commit,
  hash: string,
  workflow: CompiledWorkflow,
  scope: Scope,
): Projection {
  const { spends, withdraws } = claimsOf(commit);
  return { row: rowOf(commit, hash, workflow, scope), tasks: commit.tasks, spends, withdraws };
}

function rowOf(
  commit: Commit,
  hash: string,
  workflow: CompiledWorkflow,
  scope: Scope,
): InstanceRow {
  const { snapshot, timers } = commit;
  const place = placeOf(workflow, snapshot, scope);
  // One that has passed and is not made good comes before all that lie ahead.
  const waiting = timers
    .filter(({ dueAt }) => dueAt !== null)
    .sort((a, b) => ((a.dueAt ?? '') < (b.dueAt ?? '') ? -1 : 1));
  const next = waiting[0];
  const deadlines = workflow.definition.deadlines ?? {};
  return {
    id: commit.instance,
    seq: commit.seq,
    hash,
    workflow: commit.definition.id,
    version: commit.definition.version,
    partnership: commit.origin.partnership,
    parent: commit.origin.parent,
    title: titleOf(workflow, snapshot.data),
    state: place.states.join(' '),
    stateTitle: place.title,
    status: snapshot.status,
    outcome: place.outcome,
    banner: place.banner,
    organisations: partiesOf(snapshot.data['parties']),
    columns: columnsOf(workflow, snapshot.data, timers),
    nextDueAt: next?.dueAt ?? null,
    nextDueTitle: next ? (deadlines[next.deadline]?.title ?? next.deadline) : null,
    // One that has lost its date since is owed no more.
    overdue: timers.some(({ firedAt, dueAt }) => firedAt !== null && dueAt !== null),
    openedAt: commit.openedAt,
    updatedAt: commit.at,
  };
}

/** The instance's name in lists: the definition's pattern, filled with the data. */
function titleOf({ definition }: CompiledWorkflow, data: JsonObject): string {
  const pattern = definition.instanceTitle ?? definition.title;
  const title = pattern.replaceAll(/\{(\w+)\}/gu, (_, name: string) => textOf(data[name]));
  return title.slice(0, 200).trim() || definition.title;
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

function columnsOf(
  { definition }: CompiledWorkflow,
  data: JsonObject,
  timers: Commit['timers'],
): JsonObject {
  const columns = definition.register?.columns ?? [];
  const entries = columns.flatMap((name): [string, JsonValue][] => {
    const value = data[name];
    if (value !== undefined) return isPersonalReference(value) ? [] : [[name, value]];
    const timer = timers.find(({ deadline }) => deadline === name);
    return timer ? [[name, timer.dueAt]] : [];
  });
  return Object.fromEntries(entries);
}
