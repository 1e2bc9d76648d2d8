import mongoose from 'mongoose';
import type { JsonObject } from '../../../engine/json-value.ts';
import { instantKey } from '../instant-key.ts';
import type { SessionStore } from '../session-store.ts';
import type { Database } from './database.ts';

export function createMongoSessionStore(database: Database): SessionStore {
  const { sessions } = database.models;
  return {
    get: (id, now) =>
      database.read(async () => {
        const found = await sessions.findById(id).lean();
        if (found === null || found.expires.getTime() <= instantKey(now)) return undefined;
        return JSON.parse(found.session) as JsonObject;
      }),
    set: (id, session, expiresAt) =>
      database.writeUntilKnown(async () => {
        await sessions.replaceOne(
          { _id: id },
          { session: JSON.stringify(session), expires: new Date(instantKey(expiresAt)) },
          { upsert: true },
        );
      }),
    destroy: (id) =>
      database.writeUntilKnown(async () => {
        await sessions.deleteOne({ _id: id });
      }),
    sweep: (now) =>
      database.write(async () => {
        const ended = mongoose.trusted({ $lte: new Date(instantKey(now)) });
        return (await sessions.deleteMany({ expires: ended })).deletedCount;
      }),
  };
}
