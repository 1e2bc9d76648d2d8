import type { MailStore, SentMail } from '../mail-store.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { instantKey } from '../instant-key.ts';
import { FIRST_INSTANT, LAST_INSTANT } from './key.ts';
import { damaged } from '../damaged.ts';
import { readPage } from './read-page.ts';
import { getJson, type RecordTable, type Tables } from './tables.ts';
import type { Writer } from './writer.ts';

export function createLmdbMailStore(tables: Tables, writer: Writer): MailStore {
  const mailTable: RecordTable<SentMail> = tables.mails;
  const get = (messageId: string) => getJson(mailTable, messageId);

  return {
    put: (mail) =>
      writer.write('mail', (plan) => {
        const before = get(mail.messageId);
        if (before?.outcome === 'sent') return;
        for (const key of before === undefined ? [] : mailKeys(before)) {
          plan.remove(tables.mailIndex, key);
        }
        for (const key of mailKeys(mail)) plan.put(tables.mailIndex, key, '');
        plan.putJson(mailTable, mail.messageId, mail);
      }),
    get: async (messageId) => get(messageId),
    list: async ({ instance, limit, after }) => {
      const prefix = instance === undefined ? ['all'] : ['instance', instance];
      const keys = tables.mailIndex.getKeys({
        start: [...prefix, ...(after === undefined ? [LAST_INSTANT] : decodeCursor(after))],
        end: [...prefix, FIRST_INSTANT],
        reverse: true,
        exclusiveStart: after !== undefined,
        limit: limit + 1,
      });
      const mails: SentMail[] = [];
      let last: [number, string] | undefined;
      for (const key of keys) {
        if (mails.length === limit) {
          return { mails, next: last === undefined ? null : encodeCursor(last) };
        }
        const [at, messageId] = (key as (string | number)[]).slice(-2) as [number, string];
        const mail = get(messageId);
        if (mail === undefined) throw damaged(`the mail ${messageId} is missing`, { messageId });
        mails.push(mail);
        last = [at, messageId];
      }
      return { mails, next: null };
    },
    all: async (page) => readPage(mailTable, page),
  };
}

/** Where a mail stands in the index. */
export function mailKeys(mail: SentMail): (string | number)[][] {
  const place = [instantKey(mail.at), mail.messageId];
  const keys: (string | number)[][] = [['all', ...place]];
  if (mail.instance !== null) keys.push(['instance', mail.instance, ...place]);
  return keys;
}
