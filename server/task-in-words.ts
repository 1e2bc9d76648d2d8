import type { WorkflowDefinition } from '../engine/definition.ts';
import type { Task, TaskKind } from './store/task.ts';

/** What a task does, in words for whoever looks after it; `workflows` gives others their titles. */
export function taskInWords(
  { kind, detail }: Pick<Task, 'kind' | 'detail'>,
  definition: WorkflowDefinition,
  titleOfWorkflow: (id: string) => string,
): string {
  const text = (name: string): string => {
    const value = detail[name];
    return typeof value === 'string' ? value : '';
  };
  const deadline = definition.deadlines?.[text('deadline')]?.title ?? 'a deadline';
  const to = rolesIn(detail['to'], definition);
  const words: Readonly<Record<TaskKind, string>> = {
    notify: `Send an e-mail to: ${to}`,
    ask: `Send a personal link to: ${to}`,
    calendar: `Send a calendar entry to: ${to}`,
    document: `Draw up the document “${text('title') || text('name')}”`,
    start: `Start: ${kind === 'start' ? titleOfWorkflow(text('workflow')) : ''}`,
    signal: 'Tell a related record what happened here',
    deadline: `Do what is laid down for the deadline “${deadline}”`,
    reminder: `Remind of the deadline “${deadline}”: ${to}`,
    chase: `Chase after the deadline “${deadline}”: ${to}`,
    handover: `Tell the coordinator that chasing has ended for “${deadline}”`,
  };
  return words[kind];
}

/** The first role, and how many more: a subject line has to hold it. */
function rolesIn(to: unknown, { roles }: WorkflowDefinition): string {
  const names = Array.isArray(to) ? to.filter((role) => typeof role === 'string') : [];
  const [first, ...more] = names;
  if (first === undefined) return 'nobody';
  const title = roles[first]?.title ?? first;
  return more.length === 0 ? title : `${title}, and ${more.length} more`;
}
