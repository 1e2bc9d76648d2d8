import type { ParkedTask } from '../../server/use-cases/parked-tasks.ts';
import { formatInstant } from './format-date.ts';

export interface ParkedTaskView {
  readonly id: string;
  readonly what: string;
  readonly reason: string;
  readonly facts: string;
  readonly record: { readonly href: string; readonly text: string } | null;
}

/** What could not be done, and why, in plain words. */
export function presentParkedTasks(
  tasks: readonly ParkedTask[],
  timeZone: string,
): readonly ParkedTaskView[] {
  return tasks.map(({ id, what, reason, tries, dueAt, record }) => ({
    id,
    what,
    reason,
    facts: `Due ${formatInstant(dueAt, timeZone)}; tried ${tries === 1 ? 'once' : `${tries} times`}`,
    record: record ? { href: `/instances/${record.id}`, text: record.title } : null,
  }));
}
