import type { Services } from '../services.ts';

/** What the worker has before it. */
export interface WorkLeft {
  /** Given up, and waiting for a person; counted up to {@link MOST_PARKED}. */
  readonly parkedTasks: number;
  /** How long the oldest task that could be taken has waited; 0 when none is due. */
  readonly taskLagSeconds: number;
  /** Records whose mails and deadlines have stopped, because something of them is damaged. */
  readonly stuckRecords: number;
}

/** Whoever has more of them needs no exact figure. */
const MOST_PARKED = 1_000;

/** Throws what reading from the store throws. */
export async function workLeft({
  store,
  clock,
}: Pick<Services, 'store' | 'clock'>): Promise<WorkLeft> {
  const parked = await store.tasks.list({ state: 'parked', limit: MOST_PARKED });
  const next = await store.tasks.nextDueAt();
  const stuck = await store.tasks.stuck();
  const waited = next === undefined ? 0 : Date.parse(clock.now()) - Date.parse(next);
  return {
    parkedTasks: parked.length,
    taskLagSeconds: Math.max(0, waited) / 1_000,
    stuckRecords: stuck.length,
  };
}
