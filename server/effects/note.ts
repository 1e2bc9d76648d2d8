import type { JsonObject } from '../../engine/json-value.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';

/**
 * Records in the instance's history what a task brought. Under the task's own key, so that a task
 * that runs twice is recorded once; under another, where it brought something else before.
 */
export async function noteInHistory(
  { runtime }: Pick<Services, 'runtime'>,
  task: Task,
  story: string,
  facts: JsonObject,
  key = `note:${task.id}`,
): Promise<void> {
  await runtime.send({
    instance: task.instance,
    event: { ...facts, type: 'concordat.note', story },
    source: { kind: 'engine' },
    by: null,
    cause: { kind: 'task', task: task.id },
    idempotencyKey: key,
  });
}
