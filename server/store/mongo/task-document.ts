import type { JsonObject } from '../../../engine/json-value.ts';
import { instantKey } from '../instant-key.ts';
import { type FencedTask, LANE_OF, type Task, type TaskRecord } from '../task.ts';
import type { TaskDocument } from './task-schema.ts';

/** A task that has not been tried, as the commit `changedSeq` leaves it. */
export function newTaskDocument(
  given: Task,
  changedSeq: number,
): Omit<TaskDocument, '_id' | 'fence'> {
  const { id: _, detail, ...task } = given;
  const due = new Date(instantKey(task.dueAt));
  return {
    ...task,
    lane: LANE_OF[task.kind],
    detail: JSON.stringify(detail),
    due,
    state: 'due',
    tries: 0,
    nextAt: task.dueAt,
    next: due,
    claimFrom: due,
    leaseOwner: null,
    leaseUntil: null,
    lastError: null,
    finishedAt: null,
    changedSeq,
  };
}

/** A task as it stood in another store. What later commits here do to it is not held back by that. */
export function copiedTaskDocument(given: FencedTask): TaskDocument {
  const { id: _id, detail, lease, ...task } = given;
  const next = new Date(instantKey(task.nextAt));
  return {
    _id,
    ...task,
    lane: LANE_OF[task.kind],
    detail: JSON.stringify(detail),
    due: new Date(instantKey(task.dueAt)),
    next,
    claimFrom: lease === null ? next : new Date(instantKey(lease.until)),
    leaseOwner: lease?.owner ?? null,
    leaseUntil: lease?.until ?? null,
    changedSeq: task.seq,
  };
}

export function taskOf(document: TaskDocument): TaskRecord {
  const { _id, kind, instance, seq, partnership, dueAt, state, tries, nextAt } = document;
  const { detail, fence, leaseOwner, leaseUntil, lastError, finishedAt } = document;
  return {
    id: _id,
    kind,
    instance,
    seq,
    partnership,
    dueAt,
    detail: JSON.parse(detail) as JsonObject,
    state,
    tries,
    nextAt,
    lease:
      leaseOwner === null || leaseUntil === null
        ? null
        : { owner: leaseOwner, token: fence, until: leaseUntil },
    lastError,
    finishedAt,
  };
}
