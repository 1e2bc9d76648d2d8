import type { JsonObject } from '../../../engine/json-value.ts';
import { instantKey } from '../instant-key.ts';
import { LANE_OF, type Task, type TaskRecord } from '../task.ts';
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
