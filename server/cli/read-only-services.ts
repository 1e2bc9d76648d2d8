import { systemClock } from '../clock.ts';
import { openWorkflowLibrary } from '../runtime/workflow-library.ts';
import type { Services } from '../services.ts';
import { openStore } from '../store/open-store.ts';

/** What a command needs that only looks; it works beside a running server. Close the store after. */
export async function readOnlyServices(
  store: string,
): Promise<Pick<Services, 'store' | 'workflows' | 'clock'>> {
  const clock = systemClock();
  const opened = await openStore(store, 'read');
  try {
    const { definitions } = opened;
    // the published ones only: this process may publish nothing
    const workflows = await openWorkflowLibrary({
      files: [],
      definitions,
      check: () => Promise.resolve(),
      // a command that only looks shows what it can
      knows: () => Promise.resolve(true),
      now: clock.now(),
    });
    return { clock, store: opened, workflows };
  } catch (error) {
    await opened.close();
    throw error;
  }
}
