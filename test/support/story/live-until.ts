import type { VirtualClock } from '../../../server/clock.ts';
import type { TaskStore } from '../../../server/store/task-store.ts';

/** Goes on to that instant as a server lives through it: what falls due on the way is done at its time. */
export async function liveUntil(
  world: {
    readonly clock: VirtualClock;
    readonly tasks: Pick<TaskStore, 'nextDueAt'>;
    /** Does everything that is due now. */
    settle(): Promise<unknown>;
  },
  instant: string,
): Promise<void> {
  const { clock, tasks } = world;
  for (;;) {
    await world.settle();
    const next = await tasks.nextDueAt();
    if (next === undefined || next > instant) break;
    if (next > clock.now()) clock.advanceTo(next);
  }
  if (instant > clock.now()) clock.advanceTo(instant);
  await world.settle();
}
