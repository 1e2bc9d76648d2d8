import { derivedId } from '../new-id.ts';

/** The id of the link by which a task asks a person: the same however often the task is tried. */
export function askedLinkId(task: string, person: string): string {
  return derivedId('link', task, person);
}
