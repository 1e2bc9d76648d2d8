import type { Services } from '../services.ts';
import type { Task, TaskKind } from '../store/task.ts';
import { ask } from './ask.ts';
import { fireDeadline } from './fire-deadline.ts';
import { handOver } from './hand-over.ts';
import { makeDocument } from './make-document.ts';
import { notify } from './notify.ts';
import { remind } from './remind.ts';
import { sendCalendarEntry } from './send-calendar-entry.ts';
import { sendSignal } from './send-signal.ts';
import { startChild } from './start-child.ts';

/** Does one task. It may run more than once and has to bring the same each time. */
export type RunTask = (services: Services, task: Task) => Promise<void>;

/** The catalogue of what a due task does. A new capability is a new file and a line here. */
export const TASK_RUNNERS: Readonly<Record<TaskKind, RunTask>> = {
  notify,
  ask,
  document: makeDocument,
  start: startChild,
  signal: sendSignal,
  calendar: sendCalendarEntry,
  deadline: fireDeadline,
  reminder: remind,
  chase: remind,
  handover: handOver,
};
