import mongoose from 'mongoose';
import type { Task, TaskChange, TaskState } from '../task.ts';
import { untilKnown } from './database.ts';
import type { Models } from './models.ts';
import { isDuplicate } from './store-error.ts';
import { newTaskDocument } from './task-document.ts';
import { writeAll } from './write-all.ts';

/** What a commit as a whole does to one task. */
interface Change {
  readonly id: string;
  /** The task as it is added; undefined when it is only cancelled. */
  readonly task: Task | undefined;
  /** The states in which a task that stands already is changed; in any other it stays as it is. */
  readonly from: readonly TaskState[];
  readonly to: 'due' | 'cancelled';
}

interface AddedChange extends Change {
  readonly task: Task;
}

/** What one commit does to tasks. */
export interface TaskStep {
  readonly seq: number;
  readonly at: string;
  readonly changes: readonly TaskChange[];
}

interface CombinedStep extends Omit<TaskStep, 'changes'> {
  readonly changes: readonly Change[];
}

const STANDING: readonly TaskState[] = ['due', 'parked'];

/**
 * Does what commits of different instances do to their tasks, in one command, or two where some of the tasks
 * stand already. Each task keeps the seq of the commit that last changed it, so that an older commit
 * that is projected again, or late, undoes nothing.
 */
export async function projectTasks(
  { tasks }: Pick<Models, 'tasks'>,
  steps: readonly TaskStep[],
): Promise<void> {
  const all = steps
    .filter(({ changes }) => changes.length > 0)
    .map((step): CombinedStep => ({ ...step, changes: combined(step.changes) }));
  if (all.length === 0) return;
  const standing = await untilKnown(() => addAndCancel(tasks, all));
  if (standing.length === 0) return;
  await untilKnown(() =>
    writeAll(
      tasks,
      standing.flatMap((step) => [
        ...step.changes.filter(isAdded).map(changeIn(step)),
        ...cancel(step),
      ]),
    ),
  );
}

type Operations = Parameters<Models['tasks']['bulkWrite']>[0];

/** The lease goes too: whoever holds it finds its token refused. */
const CANCELLED = { state: 'cancelled', leaseOwner: null, leaseUntil: null } as const;

/** Changes a task that stands, unless a later commit has changed it since. */
function changeIn({ seq, at }: CombinedStep) {
  return ({ id, task, from, to }: AddedChange) => ({
    updateOne: {
      filter: { _id: id, ...unlessLater(from, seq) },
      update: {
        $set:
          to === 'due'
            ? newTaskDocument(task, seq)
            : { ...CANCELLED, finishedAt: at, changedSeq: seq },
      },
    },
  });
}

/** Cancels all that are only cancelled at once; nothing when there are none. */
function cancel({ changes, seq, at }: CombinedStep): Operations {
  const ids = changes.filter((change) => !isAdded(change)).map(({ id }) => id);
  if (ids.length === 0) return [];
  const filter = { _id: mongoose.trusted({ $in: ids }), ...unlessLater(STANDING, seq) };
  return [
    {
      updateMany: {
        filter,
        update: { $set: { ...CANCELLED, finishedAt: at, changedSeq: seq } },
      },
    },
  ];
}

function unlessLater(from: readonly TaskState[], seq: number) {
  return {
    state: mongoose.trusted({ $in: [...from] }),
    changedSeq: mongoose.trusted({ $lt: seq }),
  };
}

/**
 * Adds the new ones and cancels what is only cancelled, in one command; answers the changes that are
 * still to be made, as their tasks stood already.
 */
async function addAndCancel(
  tasks: Models['tasks'],
  steps: readonly CombinedStep[],
): Promise<readonly CombinedStep[]> {
  const added = steps.flatMap((step) =>
    step.changes.filter(isAdded).map((change) => ({ step, change })),
  );
  const operations = added.map(({ step: { seq, at }, change: { id, task, to } }) => {
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
    const { upsertedIds } = await writeAll(tasks, [...operations, ...steps.flatMap(cancel)]);
    return added
      .filter((_, n) => upsertedIds[n] === undefined)
      .map(({ step, change }) => ({ ...step, changes: [change] }));
  } catch (error) {
    // somebody who repairs the same commit was faster with one of them; doing it again changes nothing
    if (!isDuplicate(error)) throw error;
    return steps;
  }
}

function isAdded(change: Change): change is AddedChange {
  return change.task !== undefined;
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
