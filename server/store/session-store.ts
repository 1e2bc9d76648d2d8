import type { JsonObject } from '../../engine/json-value.ts';

/** Signed-in browsers, and what people typed but have not sent yet. */
export interface SessionStore {
  get(id: string, now: string): Promise<JsonObject | undefined>;
  set(id: string, session: JsonObject, expiresAt: string): Promise<void>;
  /** Keeps it unless something is kept under that id; answers what is kept, to all who try the same. */
  keepFirst(id: string, session: JsonObject, expiresAt: string): Promise<JsonObject>;
  destroy(id: string): Promise<void>;
  /** Forgets those whose time is over; answers how many. */
  sweep(now: string): Promise<number>;
}
