import { ConcordatError } from '../../engine/errors.ts';
import { TASK_RUNNERS } from '../../server/effects/run-task.ts';
import { sendEvent } from '../../server/use-cases/send-event.ts';
import { createWorker } from '../../server/worker/worker.ts';
import { as, type SampleWorld } from './sample-world.ts';
import type { TestServer } from './test-server.ts';

export const REFUSAL =
  'The mail server does not take mail for this address. Correct it, then try again.';

/** Lets the next mail of the sample partnership fail until it is parked, as a worker does it. */
export async function parkTask(server: TestServer, world: SampleWorld): Promise<void> {
  const { services } = server;
  const refuse = () =>
    Promise.reject(new ConcordatError('mail-refused', 'SMTP 550', { userMessage: REFUSAL }));
  const failing = createWorker(services, {
    maxTries: 1,
    runners: { ...TASK_RUNNERS, notify: refuse },
  });
  await sendEvent(services, as(world.lead), {
    instance: world.shelter.instance,
    event: 'PLAN_STAGE',
    fields: { needsOwner: world.trustManager.id, needsDue: '2026-04-30', fundingDue: '2026-04-13' },
  });
  await failing.drain();
  await failing.stop();
}
