import type { JsonObject } from '../../../engine/json-value.ts';
import type { SessionStore } from '../session-store.ts';
import { instantKey } from '../instant-key.ts';
import { FIRST_INSTANT, LAST_TEXT } from './key.ts';
import { getJson, type RecordTable, type Tables } from './tables.ts';
import type { Writer } from './writer.ts';

export interface StoredSession {
  readonly session: JsonObject;
  readonly expiresAt: string;
}

/** Sessions forgotten in one write, so that a long sweep holds nobody up. */
const SWEEP_AT_ONCE = 200;

export function createLmdbSessionStore(tables: Tables, writer: Writer): SessionStore {
  const sessions: RecordTable<StoredSession> = tables.sessions;
  const stored = (id: string) => getJson(sessions, id);

  return {
    get: async (id, now) => {
      const found = stored(id);
      if (found === undefined || instantKey(found.expiresAt) <= instantKey(now)) return undefined;
      return found.session;
    },
    set: (id, session, expiresAt) =>
      writer.write('session', (plan) => {
        const before = stored(id);
        if (before !== undefined) plan.remove(tables.sessionIndex, sessionKey(id, before));
        plan.put(tables.sessionIndex, sessionKey(id, { session, expiresAt }), '');
        plan.putJson(sessions, id, { session, expiresAt });
      }),
    keepFirst: (id, session, expiresAt) =>
      writer.write('session', (plan) => {
        const before = stored(id);
        if (before !== undefined) return before.session;
        plan.put(tables.sessionIndex, sessionKey(id, { session, expiresAt }), '');
        plan.putJson(sessions, id, { session, expiresAt });
        return session;
      }),
    destroy: (id) =>
      writer.write('session', (plan) => {
        const before = stored(id);
        if (before === undefined) return;
        plan.remove(tables.sessionIndex, sessionKey(id, before));
        plan.remove(tables.sessions, id);
      }),
    sweep: async (now) => {
      let swept = 0;
      for (;;) {
        const count = await writer.write('session', (plan) => {
          const keys = Array.from(
            tables.sessionIndex.getKeys({
              start: [FIRST_INSTANT],
              end: [instantKey(now), LAST_TEXT],
              limit: SWEEP_AT_ONCE,
            }),
          );
          for (const key of keys) {
            plan.remove(tables.sessionIndex, key);
            plan.remove(tables.sessions, String((key as readonly unknown[])[1]));
          }
          return keys.length;
        });
        swept += count;
        if (count < SWEEP_AT_ONCE) return swept;
      }
    },
  };
}

/** Where a session stands in the index. */
export function sessionKey(id: string, { expiresAt }: StoredSession): [number, string] {
  return [instantKey(expiresAt), id];
}
