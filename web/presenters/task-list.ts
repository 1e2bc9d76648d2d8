import { dueIn, formatDueDate } from './format-date.ts';

/** Where a step or a task stands. */
type TaskState = 'done' | 'doing' | 'to-do' | 'waiting' | 'blocked';

export interface Task {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly state: TaskState;
  /** Where it is done; none when this person cannot do it. */
  readonly href?: string;
  readonly hint?: string;
  /** Who is to do it, by name or role. */
  readonly owner?: string;
  /** The instant it is due. */
  readonly dueAt?: string;
}

export interface TaskView {
  readonly id: string;
  readonly title: string;
  readonly href: string;
  readonly hint: string;
  readonly facts: readonly { readonly text: string; readonly urgent: boolean }[];
  readonly status: {
    readonly text: string;
    readonly colour: string;
    readonly cannotStart: boolean;
  };
}

const STATUS: Readonly<Record<TaskState, { text: string; colour: string }>> = {
  done: { text: 'Completed', colour: '' },
  doing: { text: 'In progress', colour: 'blue' },
  'to-do': { text: 'Not started', colour: 'teal' },
  waiting: { text: 'Waiting for others', colour: 'yellow' },
  blocked: { text: 'Cannot start yet', colour: '' },
};

/** The rows of `partials/task-list`: who, by when, and how it stands at `now`. */
export function presentTaskList(
  tasks: readonly Task[],
  clock: { readonly now: string; readonly timeZone: string },
): readonly TaskView[] {
  return tasks.map((task) => {
    const due = task.dueAt === undefined ? null : dueIn(task.dueAt, clock.now, clock.timeZone);
    const open = task.state !== 'done';
    const late = due?.overdue === true && open;
    return {
      id: task.id,
      title: task.title,
      href: task.href ?? '',
      hint: task.hint ?? '',
      facts: [
        ...(task.owner === undefined || task.owner === ''
          ? []
          : [{ text: task.owner, urgent: false }]),
        ...(task.dueAt === undefined || due === null || !open
          ? []
          : [
              {
                text: late
                  ? `Was due ${formatDueDate(task.dueAt, clock.timeZone)}, ${due.text}`
                  : `Due ${formatDueDate(task.dueAt, clock.timeZone)}, ${due.text}`,
                urgent: late,
              },
            ]),
      ],
      status: late
        ? { text: 'Overdue', colour: 'red', cannotStart: false }
        : { ...STATUS[task.state], cannotStart: task.state === 'blocked' },
    };
  });
}
