import type { OpenTaskState, TaskLane, TaskRecord } from '../task.ts';
import { collectionSchema, key, text, textOrNull } from './schema.ts';

/** A task. The instants that are compared stand beside the texts that the port shows. */
export interface TaskDocument extends Omit<TaskRecord, 'id' | 'detail' | 'lease'> {
  readonly _id: string;
  readonly lane: TaskLane;
  /** JSON. */
  readonly detail: string;
  readonly due: Date;
  /** `nextAt`. */
  readonly next: Date;
  readonly leaseOwner: string | null;
  readonly leaseUntil: string | null;
  /** From when it may be claimed: `next`, or the end of its lease. */
  readonly claimFrom: Date;
  /** The newest fencing token; it outlives the lease. */
  readonly fence: number;
  /** The seq of the commit that last added or cancelled it; an older one changes nothing any more. */
  readonly changedSeq: number;
}

export const taskSchema = collectionSchema<TaskDocument>('tasks', {
  _id: key,
  kind: text,
  lane: text,
  instance: text,
  seq: { type: Number, required: true },
  partnership: textOrNull,
  dueAt: text,
  due: { type: Date, required: true },
  detail: text,
  state: text,
  tries: { type: Number, required: true },
  nextAt: text,
  next: { type: Date, required: true },
  leaseOwner: textOrNull,
  leaseUntil: textOrNull,
  claimFrom: { type: Date, required: true },
  fence: { type: Number, required: true },
  lastError: textOrNull,
  finishedAt: textOrNull,
  changedSeq: { type: Number, required: true },
});

// Claims of a lane and of all, oldest due first; those under a lease are passed over in the index.
// Only what is due is in it: what is done stays for ever, so that it is not done again.
taskSchema.index({ state: 1, lane: 1, next: 1, _id: 1, claimFrom: 1 }, only('due'));
taskSchema.index({ state: 1, next: 1, _id: 1, claimFrom: 1 }, only('due'));
// When the next one can be claimed; and those under a lease, by its end.
taskSchema.index({ state: 1, claimFrom: 1, _id: 1 }, only('due'));
// The parked, by when they were due.
taskSchema.index({ state: 1, due: 1, _id: 1 }, only('parked'));
// The tasks of an instance.
taskSchema.index({ instance: 1, state: 1, due: 1, _id: 1 });

function only(state: OpenTaskState) {
  return { partialFilterExpression: { state } };
}
