import { randomInt } from 'node:crypto';
import mongoose, { type QueryFilter } from 'mongoose';
import { instantKey } from '../instant-key.ts';
import type { TaskStore } from '../task-store.ts';
import type { Models } from './models.ts';
import type { TaskDocument } from './task-schema.ts';

/** How far workers that meet at the same tasks spread out, in claims. */
const SPREAD = 8;

/**
 * Leases the oldest tasks that are due. Each is taken by one update of its own document, so no task
 * has two holders; a worker that finds others at the oldest ones looks a little further on.
 */
export async function claimTasks(
  { tasks }: Models,
  ask: Parameters<TaskStore['claim']>[0],
): Promise<readonly TaskDocument[]> {
  const { now, limit, owner, leaseMs, lane } = ask;
  const time = new Date(instantKey(now));
  const until = new Date(time.getTime() + leaseMs);
  const free: QueryFilter<TaskDocument> = {
    state: 'due',
    ...(lane === undefined ? {} : { lane }),
    next: mongoose.trusted({ $lte: time }),
    claimFrom: mongoose.trusted({ $lte: time }),
  };
  const leased = {
    $set: { leaseOwner: owner, leaseUntil: until.toISOString(), claimFrom: until },
    $inc: { fence: 1 },
  };
  const claimed: TaskDocument[] = [];
  let contended: boolean = false;
  while (claimed.length < limit) {
    const wanted = limit - claimed.length;
    const waiting: readonly { readonly _id: string }[] = await tasks
      .find(free, { _id: 1 })
      .sort({ next: 1, _id: 1 })
      .limit(contended ? wanted * SPREAD : wanted)
      .lean();
    if (waiting.length === 0) break;
    const from: number = contended ? randomInt(Math.max(1, waiting.length - wanted + 1)) : 0;
    contended = false;
    // one after the other: all at once, every worker would ask for the same ones at the same moment
    for (const { _id } of waiting.slice(from, from + wanted)) {
      const task: TaskDocument | null = await tasks
        .findOneAndUpdate({ ...free, _id }, leased, { returnDocument: 'after' })
        .lean();
      contended = task === null;
      if (task === null) break;
      claimed.push(task);
    }
  }
  return claimed.toSorted((a, b) => a.next.getTime() - b.next.getTime());
}
