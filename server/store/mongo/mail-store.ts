import mongoose from 'mongoose';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { instantKey } from '../instant-key.ts';
import type { MailStore, SentMail } from '../mail-store.ts';
import { type Database, upsertIfMatching } from './database.ts';
import type { MailDocument } from './mail-schema.ts';
import { readPage } from './read-page.ts';

export function createMongoMailStore(database: Database): MailStore {
  const { mails } = database.models;
  return {
    put: ({ messageId, ...mail }) =>
      database.writeUntilKnown(async () => {
        const unsent = { _id: messageId, outcome: mongoose.trusted({ $ne: 'sent' as const }) };
        const time = new Date(instantKey(mail.at));
        await upsertIfMatching((upsert) => mails.replaceOne(unsent, { ...mail, time }, { upsert }));
      }),

    get: (messageId) =>
      database.read(async () => {
        const found = await mails.findById(messageId).lean();
        return found === null ? undefined : mailOf(found);
      }),

    list: ({ instance, limit, after }) =>
      database.read(async () => {
        const found = await mails
          .find({
            ...(instance === undefined ? {} : { instance }),
            ...(after === undefined ? {} : olderThan(after)),
          })
          .sort({ time: -1, _id: -1 })
          .limit(limit + 1)
          .lean();
        const shown = found.slice(0, limit);
        const last = found.length > limit ? shown.at(-1) : undefined;
        const next = last === undefined ? null : encodeCursor([last.time.getTime(), last._id]);
        return { mails: shown.map(mailOf), next };
      }),

    all: (page) =>
      database.read(async () => {
        const { records, next } = await readPage(mails, page);
        return { records: records.map(mailOf), next };
      }),
  };
}

function olderThan(cursor: string) {
  const [time, id] = decodeCursor(cursor);
  const at = new Date(time);
  return {
    time: mongoose.trusted({ $lte: at }),
    $or: [{ time: mongoose.trusted({ $lt: at }) }, { _id: mongoose.trusted({ $lt: id }) }],
  };
}

function mailOf(document: MailDocument): SentMail {
  const { _id, time: _, ...mail } = document;
  return { ...mail, messageId: _id };
}
