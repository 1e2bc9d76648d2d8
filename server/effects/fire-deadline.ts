import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';

/** Tells the instance that a deadline has come; a stale one is dropped by the step. */
export async function fireDeadline(
  { runtime }: Pick<Services, 'runtime'>,
  task: Task,
): Promise<void> {
  const { timer, visit, dueAt } = task.detail;
  await runtime.send({
    instance: task.instance,
    event: {
      type: 'concordat.deadline',
      timer: timer ?? '',
      visit: visit ?? 0,
      dueAt: dueAt ?? '',
    },
    source: { kind: 'engine' },
    by: null,
    cause: { kind: 'task', task: task.id },
    idempotencyKey: task.id,
  });
}
