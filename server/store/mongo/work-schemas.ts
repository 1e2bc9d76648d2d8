import type { LongWork } from '../work-store.ts';
import { collectionSchema, key, text } from './schema.ts';

export interface WorkDocument {
  readonly _id: string;
  readonly kind: LongWork['kind'];
  readonly started: Date;
  readonly expires: Date;
  /** JSON of the whole. */
  readonly work: string;
}

/** A piece of the file that long work makes; its `_id` is the work's id and the piece's number. */
export interface WorkPieceDocument {
  readonly _id: string;
  readonly of: string;
  readonly bytes: Buffer;
}

export const workSchema = collectionSchema<WorkDocument>('work', {
  _id: key,
  kind: { type: String, required: true },
  started: { type: Date, required: true },
  expires: { type: Date, required: true },
  work: text,
});
// Those of a kind, the newest first.
workSchema.index({ kind: 1, started: -1, _id: -1 });
// The sweep of those that have expired.
workSchema.index({ expires: 1 });

export const workPieceSchema = collectionSchema<WorkPieceDocument>('workPieces', {
  _id: key,
  of: text,
  bytes: { type: Buffer },
});
// All pieces of a work, to remove them.
workPieceSchema.index({ of: 1 });
