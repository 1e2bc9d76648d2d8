import type { ChasedDeadline } from '../../engine/moment.ts';
import type { Timer } from '../../engine/snapshot.ts';
import { requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';
import { noteInHistory } from './note.ts';

/** What a reminder, a chase or a handover carries. */
export interface MomentDetail extends ChasedDeadline {
  readonly deadline: string;
  readonly dueAt: string;
  readonly to: readonly string[];
  readonly template: string | null;
  readonly nextAt: string | null;
}

export function momentOf({ detail }: Pick<Task, 'detail'>): MomentDetail {
  return detail as unknown as MomentDetail;
}

/** The timer a moment belongs to; undefined once the state was left or the date has moved. */
export function timerOf(
  { timer, visit, dueAt }: MomentDetail,
  timers: readonly Timer[],
): Timer | undefined {
  return timers.find((one) => one.timer === timer && one.visit === visit && one.dueAt === dueAt);
}

/** What the history keeps of a chase, by which the next one comes; nothing for all else. */
export function chasedBy({ timer, visit, dueAt, chase }: MomentDetail) {
  return chase === null ? {} : { chased: { timer, visit, dueAt, chase } };
}

/**
 * A chase that could not be sent, however often it was tried, makes way for the next one, and that is
 * in the history. It stays with the parked tasks, where a person can try it again.
 */
export async function passOverChase(services: Services, task: Task, token: number): Promise<void> {
  if (task.kind !== 'chase') return;
  const head = await requireHead(services.store, services.workflows, task.instance);
  const moment = momentOf(task);
  if (!timerOf(moment, head.commit.timers)) return;
  const title = head.workflow.definition.deadlines?.[moment.deadline]?.title ?? moment.deadline;
  await noteInHistory(
    services,
    task,
    'A mail about “{deadline}” could not be sent; the next one will come at its time',
    { ...chasedBy(moment), what: 'chase-passed-over', deadline: title },
    `passed-over:${task.id}:${token}`,
  );
}
