import type { SentMail } from '../mail-store.ts';
import { collectionSchema, key, text, textOrNull } from './schema.ts';

/** A mail as it was sent; found by `_id`, its Message-ID. */
export interface MailDocument extends Omit<SentMail, 'messageId'> {
  readonly _id: string;
  /** `at`, to sort by. */
  readonly time: Date;
}

export const mailSchema = collectionSchema<MailDocument>('mails', {
  _id: key,
  at: text,
  time: { type: Date, required: true },
  person: textOrNull,
  to: text,
  subject: text,
  text,
  html: text,
  attachments: { type: [String], default: undefined },
  instance: textOrNull,
  partnership: textOrNull,
  task: textOrNull,
  tries: { type: Number, required: true },
  outcome: text,
  error: textOrNull,
});

// Sent mail, newest first: all of it, and that of an instance.
mailSchema.index({ time: -1, _id: -1 });
mailSchema.index({ instance: 1, time: -1, _id: -1 });
