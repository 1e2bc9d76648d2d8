import mongoose from 'mongoose';
import type { OpenTaskState } from '../task.ts';
import type { TaskStore } from '../task-store.ts';
import type { Models } from './models.ts';
import type { TaskDocument } from './task-schema.ts';

/** A page of tasks; see the port for the order. */
export async function listTasks(
  { tasks }: Models,
  { state, instance, limit, after }: Parameters<TaskStore['list']>[0],
): Promise<readonly TaskDocument[]> {
  const last = after === undefined ? null : await tasks.findById(after).lean();
  const found: TaskDocument[] = [];
  for (const part of partsOf(state, instance)) {
    const place = placeAfter(part, last);
    if (place === 'shown') continue;
    const page = await tasks
      .find({ ...part.filter, ...place })
      .sort({ [part.by]: 1, _id: 1 })
      .limit(limit - found.length)
      .lean();
    found.push(...page);
    if (found.length >= limit) break;
  }
  return found;
}

interface Part {
  readonly filter: {
    readonly state: OpenTaskState;
    readonly instance?: string;
    readonly leaseUntil?: null;
  };
  /** What the tasks of this part are listed by. */
  readonly by: 'due' | 'next' | 'claimFrom';
  /** Whether these are the ones under a lease or the ones without; undefined for both. */
  readonly leased?: boolean;
}

/** The parts that hold these tasks, in the order they are listed. */
function partsOf(state: OpenTaskState, instance: string | undefined): readonly Part[] {
  if (instance !== undefined) return [{ filter: { state, instance }, by: 'due' }];
  if (state !== 'due') return [{ filter: { state }, by: 'due' }];
  return [
    { filter: { state, leaseUntil: null }, by: 'next', leased: false },
    {
      filter: { state, leaseUntil: mongoose.trusted({ $ne: null }) as unknown as null },
      by: 'claimFrom',
      leased: true,
    },
  ];
}

/** Where the page after `last` begins; 'shown' when all of that part has been shown. */
function placeAfter({ by, leased }: Part, last: TaskDocument | null) {
  if (last === null) return {};
  if (leased === false && last.leaseUntil !== null) return 'shown';
  if (leased === true && last.leaseUntil === null) return {};
  const at = last[by];
  return {
    [by]: mongoose.trusted({ $gte: at }),
    $or: [{ [by]: mongoose.trusted({ $gt: at }) }, { _id: mongoose.trusted({ $gt: last._id }) }],
  };
}
