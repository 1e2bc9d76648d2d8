import type { DocumentInfo } from '../document-store.ts';
import { collectionSchema, key, text, textOrNull } from './schema.ts';

/** What an instance knows of a document; found by `_id`, the hash and the instance. */
export interface DocumentInfoDocument extends DocumentInfo {
  readonly _id: string;
  /** `createdAt`, to sort by. */
  readonly created: Date;
}

/** A part of a document's bytes; found by `_id`, the hash and the number of the part. */
export interface DocumentPartDocument {
  readonly _id: string;
  readonly hash: string;
  readonly part: number;
  readonly bytes: Buffer;
}

export const documentInfoSchema = collectionSchema<DocumentInfoDocument>('documents', {
  _id: key,
  hash: text,
  mediaType: text,
  name: text,
  size: { type: Number, required: true },
  createdAt: text,
  created: { type: Date, required: true },
  partnership: textOrNull,
  instance: textOrNull,
});
// The documents of an instance, oldest first.
documentInfoSchema.index({ instance: 1, created: 1, hash: 1 });

export const documentPartSchema = collectionSchema<DocumentPartDocument>('documentParts', {
  _id: key,
  hash: text,
  part: { type: Number, required: true },
  bytes: { type: Buffer },
});
// The parts of a document in their order.
documentPartSchema.index({ hash: 1, part: 1 }, { unique: true });
