import mongoose from 'mongoose';
import { instantKey } from '../instant-key.ts';
import type { LongWork, WorkStore } from '../work-store.ts';
import type { Database } from './database.ts';
import { readPage } from './read-page.ts';

/** Long work, and the pieces of its files, where every server sees them. */
export function createMongoWorkStore(database: Database): WorkStore {
  const { work, workPieces } = database.models;
  return {
    put: (own) =>
      database.writeUntilKnown(async () => {
        await work.replaceOne(
          { _id: own.id },
          {
            kind: own.kind,
            started: new Date(instantKey(own.startedAt)),
            expires: new Date(instantKey(own.expiresAt)),
            work: JSON.stringify(own),
          },
          { upsert: true },
        );
      }),
    get: (id) =>
      database.read(async () => {
        const found = await work.findById(id).lean();
        return found === null ? undefined : (JSON.parse(found.work) as LongWork);
      }),
    list: ({ kind, limit }) =>
      database.read(async () => {
        const found = await work.find({ kind }).sort({ started: -1, _id: -1 }).limit(limit).lean();
        return found.map((one) => JSON.parse(one.work) as LongWork);
      }),
    all: (page) =>
      database.read(async () => {
        const { records, next } = await readPage(work, page);
        return { records: records.map((one) => JSON.parse(one.work) as LongWork), next };
      }),
    putPiece: (id, piece, bytes) =>
      database.writeUntilKnown(async () => {
        await workPieces.replaceOne(
          { _id: `${id}/${piece}` },
          { of: id, bytes: Buffer.from(bytes) },
          { upsert: true },
        );
      }),
    piece: (id, piece) =>
      database.read(async () => {
        const found = await workPieces.findById(`${id}/${piece}`).lean();
        return found === null ? undefined : found.bytes;
      }),
    sweep: (now) =>
      database.write(async () => {
        const ended = mongoose.trusted({ $lte: new Date(instantKey(now)) });
        const found = await work.find({ expires: ended }).select('_id').lean();
        for (const { _id } of found) {
          // the file first: without its record nobody would find it again
          await workPieces.deleteMany({ of: _id });
          await work.deleteOne({ _id });
        }
        return found.length;
      }),
  };
}
