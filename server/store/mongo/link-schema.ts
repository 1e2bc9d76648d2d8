import type { LinkRecord } from '../link.ts';
import { collectionSchema, key, text, textOrNull } from './schema.ts';

/**
 * A link. One that a commit took back before it was put down has only an id and a state, and no
 * `purpose`; it keeps the link from being opened later.
 */
export interface LinkDocument extends Omit<LinkRecord, 'id' | 'purpose'> {
  readonly _id: string;
  readonly purpose?: LinkRecord['purpose'];
  /** `createdAt`, to sort by. */
  readonly created?: Date;
}

export const linkSchema = collectionSchema<LinkDocument>('links', {
  _id: key,
  purpose: text,
  person: textOrNull,
  organisation: textOrNull,
  instance: textOrNull,
  events: [String],
  document: textOrNull,
  manifest: textOrNull,
  role: textOrNull,
  tokenHashes: [String],
  needsCode: { type: Boolean },
  codeHash: textOrNull,
  codeExpiresAt: textOrNull,
  codeTries: { type: Number },
  createdAt: text,
  created: { type: Date },
  expiresAt: text,
  state: text,
  replacedBy: textOrNull,
  usedAt: textOrNull,
  returnTo: textOrNull,
});

// Opening a link: its token's hash is all that is known.
linkSchema.index({ tokenHashes: 1 });
// The links of an instance and of a person, oldest first.
linkSchema.index({ instance: 1, created: 1, _id: 1 });
linkSchema.index({ person: 1, created: 1, _id: 1 });
