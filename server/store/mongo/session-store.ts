import mongoose from 'mongoose';
import type { JsonObject } from '../../../engine/json-value.ts';
import { instantKey } from '../instant-key.ts';
import type { SessionStore } from '../session-store.ts';
import { type Database, unlessThere } from './database.ts';

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
    keepFirst: (id, session, expiresAt) =>
      database.writeUntilKnown(async () => {
        const added = {
          session: JSON.stringify(session),
          expires: new Date(instantKey(expiresAt)),
        };
        await unlessThere(() =>
          sessions.updateOne({ _id: id }, { $setOnInsert: added }, { upsert: true }),
        );
        return JSON.parse((await sessions.findById(id).orFail().lean()).session) as JsonObject;
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
