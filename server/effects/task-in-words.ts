import type { WorkflowDefinition } from '../../engine/definition.ts';
import type { Task } from '../store/task.ts';

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
  switch (kind) {
    case 'notify':
      return `Send an e-mail to: ${to}`;
    case 'ask':
      return `Send a personal link to: ${to}`;
    case 'calendar':
      return `Send a calendar entry to: ${to}`;
    case 'document':
      return `Draw up the document “${text('title') || text('name')}”`;
    case 'start':
      return `Start: ${titleOfWorkflow(text('workflow'))}`;
    case 'signal':
      return 'Tell a related record what happened here';
    case 'deadline':
      return `Do what is laid down for the deadline “${deadline}”`;
    case 'reminder':
      return `Remind of the deadline “${deadline}”: ${to}`;
    case 'chase':
      return `Chase after the deadline “${deadline}”: ${to}`;
  }
}

function rolesIn(to: unknown, { roles }: WorkflowDefinition): string {
  const names = Array.isArray(to) ? to.filter((role) => typeof role === 'string') : [];
  return names.map((role) => roles[role]?.title ?? role).join('; ') || 'nobody';
}
