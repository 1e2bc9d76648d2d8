import type { ParkedPage, ParkedTask } from '../../server/use-cases/parked-tasks.ts';
import { formatInstant } from './format-date.ts';
import { presentPagination, type PaginationView } from './pagination.ts';

export interface ParkedTasksView {
  readonly tasks: readonly ParkedTaskView[];
  /** "212 tasks are parked, the oldest first."; empty where one at most is. */
  readonly count: string;
  readonly pagination: PaginationView | null;
}

interface ParkedTaskView {
  readonly id: string;
  readonly what: string;
  readonly reason: string;
  readonly facts: string;
  readonly record: { readonly href: string; readonly text: string } | null;
}

/** What could not be done, and why, in plain words. */
export function presentParkedTasks(
  { tasks, total, page, pages }: ParkedPage,
  timeZone: string,
): ParkedTasksView {
  return {
    tasks: tasks.map((task) => taskView(task, timeZone)),
    count: total > 1 ? `${total} tasks are parked, the oldest first.` : '',
    pagination:
      pages > 1
        ? presentPagination({
            current: page,
            total: pages,
            href: (to) => `/parked-tasks?page=${to}`,
          })
        : null,
  };
}

function taskView(
  { id, what, reason, tries, dueAt, record }: ParkedTask,
  timeZone: string,
): ParkedTaskView {
  return {
    id,
    what,
    reason,
    facts: `Due ${formatInstant(dueAt, timeZone)}; tried ${tries === 1 ? 'once' : `${tries} times`}`,
    record: record ? { href: `/instances/${record.id}`, text: record.title } : null,
  };
}
