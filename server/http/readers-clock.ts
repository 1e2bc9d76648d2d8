import type { ReadersClock } from '../../web/presenters/due-cell.ts';
import type { Services } from '../services.ts';

/** The present moment, and the time zone in which lists show dates. */
export async function readersClock({ store, clock, config }: Services): Promise<ReadersClock> {
  const installation = await store.installation.get();
  return { now: clock.now(), timeZone: installation?.timeZone ?? config.timeZone };
}
