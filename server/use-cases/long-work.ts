import type { Asker } from '../access/asker.ts';
import { newId } from '../new-id.ts';
import type { Services } from '../services.ts';
import type { LongWork } from '../store/work-store.ts';

export type { LongWork };

/** A process says every ten seconds that it is still at it; after this long it is taken for dead. */
const SILENT_MS = 60_000;

/** Long work that an asker wants, before anything has been done. */
export function newLongWork(
  { clock }: Pick<Services, 'clock'>,
  { person }: Asker,
  own: Pick<LongWork, 'kind' | 'partnership'> & { readonly keptForMs: number },
): LongWork {
  const now = clock.now();
  return {
    id: newId(),
    kind: own.kind,
    partnership: own.partnership,
    startedBy: person.id,
    startedAt: now,
    updatedAt: now,
    expiresAt: new Date(Date.parse(now) + own.keptForMs).toISOString(),
    state: 'waiting',
    step: 'Waiting for its turn',
    done: 0,
    total: null,
    problem: null,
    result: null,
  };
}

/** As it is now: whatever was under way in a process that died has failed. */
export function asItIs(work: LongWork, now: string): LongWork {
  if (!isUnderWay(work)) return work;
  if (Date.parse(now) - Date.parse(work.updatedAt) < SILENT_MS) return work;
  const problem = 'The server stopped before this was finished. Start it again.';
  return { ...work, state: 'failed', problem };
}

export function isUnderWay({ state }: LongWork): boolean {
  return state === 'waiting' || state === 'running';
}
