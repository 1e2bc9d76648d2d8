import type { StartEffect } from '../../engine/effect.ts';
import type { JsonObject } from '../../engine/json-value.ts';
import { derivedId } from '../new-id.ts';
import { readCommit, requireHead } from '../runtime/head.ts';
import type { Services } from '../services.ts';
import { loadPartnership } from '../access/load-partnership.ts';
import { partnershipFacts } from '../access/partnership-facts.ts';
import type { Task } from '../store/task.ts';

/** Starts the instance a step asked for; its id follows from the task, so it is started once. */
export async function startChild(services: Services, task: Task): Promise<void> {
  const { store, runtime } = services;
  const effect = task.detail as unknown as StartEffect;
  const head = await requireHead(store, services.workflows, task.instance);
  const asked = await store.commits.get(task.instance, task.seq);
  const { origin } = head.commit;
  // Whoever asked for it starts it, also when others have done something since.
  const by = asked ? readCommit(asked).by : null;
  const child = derivedId('child', task.id);
  const partnership =
    origin.partnership === null ? undefined : await loadPartnership(services, origin.partnership);
  const installation = await store.installation.get();
  const settings = (installation?.workflowSettings[effect.workflow] ?? {}) as JsonObject;
  await runtime.start({
    workflow: effect.workflow,
    instance: child,
    origin: { ...origin, parent: effect.linked ? null : task.instance },
    data: effect.data,
    ...(partnership ? { partnership: await partnershipFacts(services, partnership) } : {}),
    settings,
    by,
    cause: { kind: 'task', task: task.id },
    idempotencyKey: task.id,
  });
  const row = await store.instances.get(child);
  await runtime.send({
    instance: task.instance,
    event: {
      type: `effect.start.${effect.name}`,
      child,
      workflow: effect.workflow,
      title: row?.title ?? effect.workflow,
      linked: effect.linked,
    },
    source: { kind: 'engine' },
    by: null,
    cause: { kind: 'task', task: task.id },
    idempotencyKey: task.id,
  });
}
