import { requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';
import { mailAboutInstance } from './mail-about-instance.ts';
import { noteMail } from './notify.ts';

/** What a reminder or chase task carries. */
interface MomentDetail {
  readonly timer: string;
  readonly deadline: string;
  readonly visit: number;
  readonly dueAt: string;
  readonly to: readonly string[];
  readonly template: string | null;
  readonly nextAt: string | null;
  readonly chase: number | null;
}

/**
 * Sends a reminder or a chase, unless it no longer speaks the truth: the state was left, the date has
 * moved, the deadline of a reminder has passed meanwhile or the next reminder is due already. The
 * commit that records a chase brings the next one that is still ahead: after a time switched off
 * people get one chase, not thirty. It goes to those who still owe.
 */
export async function remind(services: Services, task: Task): Promise<void> {
  const detail = task.detail as unknown as MomentDetail;
  if (detail.template === null) return;
  const now = services.clock.now();
  const head = await requireHead(services.store, services.workflows, task.instance);
  const timer = head.commit.timers.find(({ timer: name }) => name === detail.timer);
  const stale = !timer || timer.visit !== detail.visit || timer.dueAt !== detail.dueAt;
  const late = task.kind === 'reminder' && now >= detail.dueAt;
  const superseded = detail.nextAt !== null && now >= detail.nextAt;
  const gone = detail.chase !== null && detail.chase < (timer?.chased ?? 0);
  if (stale || late || superseded || gone) return;
  const spec = head.workflow.definition.deadlines?.[detail.deadline];
  const mailed = await mailAboutInstance(services, {
    task,
    head,
    to: detail.to,
    of: null,
    template: detail.template,
    with: { deadline: spec?.title ?? detail.deadline },
    dueAt: detail.dueAt,
    ...(spec ? { owing: spec } : {}),
  });
  const { timer: name, visit, dueAt } = detail;
  const chased = detail.chase === null ? {} : { chased: { timer: name, visit, dueAt } };
  const nobody = 'Nobody was reminded: nobody who still owes something has that role';
  await noteMail(services, task, detail.template, mailed, chased, nobody);
}
