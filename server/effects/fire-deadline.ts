import { ConcordatError } from '../../engine/errors.ts';
import { loadHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import type { Task } from '../store/task.ts';

/**
 * Tells the instance that a deadline has come; a stale one is dropped by the step. Throws `conflict`
 * for one that is still to come by this process's clock (it is slow, or was put back): it is tried
 * again, and not lost.
 */
export async function fireDeadline(
  { runtime, store, workflows }: Pick<Services, 'runtime' | 'store' | 'workflows'>,
  task: Task,
): Promise<void> {
  const { timer, visit, dueAt } = task.detail;
  const answer = await runtime.send({
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
  if (answer.taken) return;
  const head = await loadHead(store, workflows, task.instance);
  const waits = head?.commit.timers.some(
    (one) =>
      one.timer === timer && one.visit === visit && one.dueAt === dueAt && one.firedAt === null,
  );
  if (waits) throw new ConcordatError('conflict', `${task.id} came before its time`);
}
