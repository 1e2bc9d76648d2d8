import { stillOwes } from '../../engine/owing.ts';
import { requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';
import { chasedBy, momentOf, timerOf } from './chase-task.ts';
import { linkAgain } from './link-again.ts';
import { mailAboutInstance } from './mail-about-instance.ts';
import { tellWhenNobodyIsReached } from './nobody-reached.ts';
import { noteMail } from './notify.ts';

/** What happens when a deadline passes that is chased, where its workflow says nothing of its own. */
const CHASED =
  'It counts as overdue, and you are written to again. If that goes unheard, whoever looks after the partnership takes it up.';

/**
 * Sends a reminder or a chase, unless it no longer speaks the truth: the state was left, the date has
 * moved, the deadline of a reminder has passed meanwhile or the next reminder is due already. The
 * commit that records a chase brings the next one that is still ahead: after a time switched off
 * people get one chase, not thirty. It goes to those who still owe, with the personal link that each was
 * sent, as long as that is open; and the last one says that it is.
 */
export async function remind(services: Services, task: Task): Promise<void> {
  const moment = momentOf(task);
  const { chase, deadline, template, to, dueAt, nextAt } = moment;
  if (template === null) return;
  const now = services.clock.now();
  const head = await requireHead(services.store, services.workflows, task.instance);
  const timer = timerOf(moment, head.commit.timers);
  const late = task.kind === 'reminder' && now >= dueAt;
  const superseded = nextAt !== null && now >= nextAt;
  // One that was passed over may be tried by hand until the next has gone.
  const gone = chase !== null && chase + 1 < (timer?.chased ?? 0);
  if (!timer || late || superseded || gone) return;
  const spec = head.workflow.definition.deadlines?.[deadline];
  const last = chase !== null && chase + 1 === spec?.chases?.max;
  const otherwise = spec?.otherwise ?? (spec?.chases && CHASED);
  const mailed = await mailAboutInstance(services, {
    task,
    head,
    to,
    of: null,
    template,
    with: {
      deadline: spec?.title ?? deadline,
      ...(chase === null && otherwise !== undefined ? { otherwise } : {}),
      ...(last ? { last } : {}),
    },
    dueAt,
    linkFor: (recipient) => linkAgain(services, { instance: task.instance, to }, recipient),
    ...(spec ? { owes: (role, who, scope) => stillOwes(spec, role, who, scope) } : {}),
  });
  const nobody = 'Nobody was reminded: nobody who still owes something has that role';
  const { visit } = moment;
  await tellWhenNobodyIsReached(
    services,
    {
      task,
      head,
      to,
      of: null,
      byLink: false,
      what: spec?.title ?? deadline,
      key: `nobody:${task.instance}/${moment.timer}/${visit}/${dueAt}`,
    },
    mailed,
  );
  await noteMail(services, task, template, mailed, chasedBy(moment), nobody);
}
