import { collectionSchema, key, text } from './schema.ts';

/** One document of the history. What is written with it stands whole or not at all. */
export interface CommitDocument {
  /** Made by whoever inserts it, so that after a lost answer it is known whose commit stands. */
  readonly _id: string;
  readonly instance: string;
  readonly seq: number;
  readonly hash: string;
  /** The canonical JSON, as it was hashed. */
  readonly text: string;
  readonly idempotencyKey?: string;
  readonly signalKey?: string;
  /** The link that it spends. */
  readonly spends?: string;
  /** The links that it takes back. */
  readonly withdraws?: readonly string[];
  /** What it brings to the projections (`PendingProjection`, as JSON), until it is there. */
  readonly pending?: string;
  readonly pendingSince?: Date;
}

export const commitSchema = collectionSchema<CommitDocument>('commits', {
  _id: key,
  instance: { type: String, required: true },
  seq: { type: Number, required: true },
  hash: { type: String, required: true },
  text: { type: String, required: true },
  idempotencyKey: text,
  signalKey: text,
  spends: text,
  withdraws: { type: [String], default: undefined },
  pending: text,
  pendingSince: { type: Date },
});

// The compare-and-set of every append, the head and the pages of a history. Begins with the shard key.
commitSchema.index({ instance: 1, seq: 1 }, { unique: true });
// A request, a signal and a link each count once. They begin with the shard key too.
commitSchema.index({ instance: 1, idempotencyKey: 1 }, uniqueWhere('idempotencyKey'));
commitSchema.index({ instance: 1, signalKey: 1 }, uniqueWhere('signalKey'));
commitSchema.index({ instance: 1, spends: 1 }, uniqueWhere('spends'));
// Whether a link that is to be spent has been taken back.
commitSchema.index(
  { instance: 1, withdraws: 1 },
  { partialFilterExpression: { withdraws: { $exists: true } } },
);
// Commits whose projections are not known to be there: a handful at any time.
commitSchema.index(
  { pendingSince: 1, instance: 1 },
  { partialFilterExpression: { pendingSince: { $exists: true } } },
);
// Every instance once, by its first commit, for verify and for copies.
commitSchema.index({ seq: 1, instance: 1 }, { partialFilterExpression: { seq: 1 } });

function uniqueWhere(field: string) {
  return { unique: true, partialFilterExpression: { [field]: { $exists: true } } };
}
