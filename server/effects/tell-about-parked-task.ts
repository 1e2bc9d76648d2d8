import type { Services } from '../services.ts';
import type { TaskRecord } from '../store/task.ts';
import { mailWhoLooksAfter } from './mail-who-looks-after.ts';
import { taskInWords } from '../task-in-words.ts';

/**
 * Tells whoever looks after a partnership that something could not be done. Best effort: when no mail
 * can leave, it is still on the page of parked tasks, and in the log.
 */
export async function tellAboutParkedTask(
  services: Services,
  task: TaskRecord,
  reason: string,
): Promise<void> {
  const { workflows, config, log } = services;
  try {
    await mailWhoLooksAfter(services, {
      key: `parked:${task.id}:${task.lease?.token ?? 0}`,
      task,
      template: 'parked-task',
      url: `${config.url}/parked-tasks`,
      with: (sight, definition) => ({
        task:
          sight === 'concerned'
            ? taskInWords(task, definition, (id) => workflows.newestOf(id).definition.title)
            : 'A task of a confidential record',
        reason: sight === 'concerned' ? reason : null,
        tries: task.tries + 1,
      }),
    });
  } catch (error) {
    log.warn({ task: task.id, err: error }, 'nobody could be told of a parked task');
  }
}
