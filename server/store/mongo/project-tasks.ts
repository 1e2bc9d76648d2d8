import mongoose from 'mongoose';
import type { Task, TaskChange, TaskState } from '../task.ts';
import { untilKnown } from './database.ts';
import type { Models } from './models.ts';
import { isDuplicate } from './store-error.ts';
import { newTaskDocument } from './task-document.ts';

/** What a commit as a whole does to one task. */
interface Change {
  readonly id: string;
  /** The task as it is added; undefined when it is only cancelled. */
  readonly task: Task | undefined;
  /** The states in which a task that stands already is changed; in any other it stays as it is. */
  readonly from: readonly TaskState[];
  readonly to: 'due' | 'cancelled';
}

const STANDING: readonly TaskState[] = ['due', 'parked'];

/**
 * Does a commit's task changes. Each task keeps the seq of the commit that last changed it, so that
 * an older commit that is projected again, or late, undoes nothing.
 */
export async function projectTasks(
  { tasks }: Models,
  commit: At,
  changes: readonly TaskChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const all = combined(changes);
  const standing = await untilKnown(() => addAndCancel(tasks, all, commit));
  if (standing.length === 0) return;
  await untilKnown(() =>
    tasks.bulkWrite(
      standing.map((change) => changeOf(change, commit)),
      { ordered: false },
    ),
  );
}

interface At {
  readonly seq: number;
  readonly at: string;
}

/** Changes a task that stands, unless a later commit has changed it since. */
function changeOf({ id, task, from, to }: Change, { seq, at }: At) {
  const older = mongoose.trusted({ $lt: seq });
  return {
    updateOne: {
      filter: { _id: id, state: mongoose.trusted({ $in: [...from] }), changedSeq: older },
      update: {
        $set:
          to === 'due' && task !== undefined
            ? newTaskDocument(task, seq)
            : { ...CANCELLED, finishedAt: at, changedSeq: seq },
      },
    },
  };
}

/** The lease goes too: whoever holds it finds its token refused. */
const CANCELLED = { state: 'cancelled', leaseOwner: null, leaseUntil: null } as const;

/**
 * Adds the new ones and cancels what is only cancelled, in one command; answers the changes that are
 * still to be made, as their tasks stood already.
 */
async function addAndCancel(
  tasks: Models['tasks'],
  all: readonly Change[],
  commit: At,
): Promise<readonly Change[]> {
  const { seq, at } = commit;
  const operations = all.map((change) => {
    const { id, task, to } = change;
    if (task === undefined) return changeOf(change, commit);
    const ended = to === 'cancelled' ? { ...CANCELLED, finishedAt: at } : {};
    return {
      updateOne: {
        filter: { _id: id },
        update: { $setOnInsert: { ...newTaskDocument(task, seq), ...ended, fence: 0 } },
        upsert: true,
      },
    };
  });
  try {
    const { upsertedIds } = await tasks.bulkWrite(operations, { ordered: false });
    return all.filter(({ task }, n) => task !== undefined && upsertedIds[n] === undefined);
  } catch (error) {
    // somebody who repairs the same commit was faster with one of them; doing it again changes nothing
    if (!isDuplicate(error)) throw error;
    return all;
  }
}

/** A commit may cancel a task and add it again: the changes of each task, in order, as one. */
function combined(changes: readonly TaskChange[]): readonly Change[] {
  const byId = new Map<string, Change>();
  for (const change of changes) {
    const id = change.change === 'add' ? change.task.id : change.id;
    const before = byId.get(id);
    byId.set(id, change.change === 'add' ? added(change.task, before) : cancelled(id, before));
  }
  return [...byId.values()];
}

/** A task that stands stays as it is, unless this commit has cancelled it first. */
function added(task: Task, before: Change | undefined): Change {
  if (before?.to === 'due') return before;
  const from: TaskState[] = before === undefined ? ['cancelled'] : [...STANDING, 'cancelled'];
  return { id: task.id, task, from, to: 'due' };
}

function cancelled(id: string, before: Change | undefined): Change {
  return { id, task: before?.task, from: STANDING, to: 'cancelled' };
}
