import { isConcordatError } from '../../engine/errors.ts';
import type { Clock } from '../clock.ts';
import type { Observer, WatchedKind } from './observer.ts';

/** What goes wrong since when, as this process has seen it. */
interface Trouble {
  readonly since: string;
  /** In plain English, with what to do. */
  readonly says: string;
}

export interface RecentTrouble extends Observer {
  /** Null when the last try of this kind went well, or there was none. */
  of(kind: 'mail' | 'document'): Trouble | null;
}

/** The failures that are no fault of one mail or one document: the next one would fail as well. */
const COMMON = new Set(['mail-unavailable', 'rendering-failed']);

/** Remembers whether the last mail and the last document went well, for the health page. */
export function createRecentTrouble(clock: Clock): RecentTrouble {
  const troubles = new Map<WatchedKind, Trouble>();
  return {
    heeds: new Set(['mail', 'document']),
    async watch(kind, _facts, work) {
      try {
        const result = await work(() => undefined);
        troubles.delete(kind);
        return result;
      } catch (error) {
        if (isConcordatError(error) && COMMON.has(error.code)) {
          const since = troubles.get(kind)?.since ?? clock.now();
          troubles.set(kind, { since, says: error.userMessage });
        } else troubles.delete(kind);
        throw error;
      }
    },
    refused: () => undefined,
    of: (kind) => troubles.get(kind) ?? null,
  };
}
