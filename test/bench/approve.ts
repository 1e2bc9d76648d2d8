import type { Services } from '../../server/services.ts';
import { ACTOR, ORIGIN } from './bench-server.ts';

/** Starts an approval and takes its five steps: six commits, each durable before the next. */
export async function approveOnce({ runtime }: Pick<Services, 'runtime'>): Promise<number> {
  const cause = { kind: 'person' } as const;
  const { instance } = await runtime.start({
    workflow: 'five-step-approval',
    origin: ORIGIN,
    form: { subject: 'A van for the outreach team' },
    settings: {},
    by: ACTOR,
    cause,
  });
  for (let step = 0; step < 5; step += 1) {
    await runtime.send({
      instance,
      event: { type: 'APPROVE', note: 'Seen and approved.' },
      source: { kind: 'person' },
      by: ACTOR,
      cause,
    });
  }
  return 6;
}

/** So many writers approve one thing after the other; answers how many steps they took in all. */
export async function approveFor(
  services: Pick<Services, 'runtime'>,
  writers: number,
  milliseconds: number,
): Promise<number> {
  const until = performance.now() + milliseconds;
  const counts = Array.from({ length: writers }, async () => {
    let steps = 0;
    while (performance.now() < until) steps += await approveOnce(services);
    return steps;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
