import type { PublishedDefinition } from '../definition-store.ts';
import type { ApiToken, Installation } from '../installation-store.ts';
import { collectionSchema, key, text, textOrNull } from './schema.ts';

/** There is one, under the id 'installation'. `workflowSettings` is JSON. */
export interface InstallationDocument extends Omit<Installation, 'workflowSettings'> {
  readonly _id: string;
  readonly workflowSettings: string;
}

export interface ApiTokenDocument extends Omit<ApiToken, 'id'> {
  readonly _id: string;
}

export interface DefinitionDocument extends Omit<PublishedDefinition, 'id'> {
  readonly _id: string;
  /** The definition's own id. */
  readonly definition: string;
}

export interface SessionDocument {
  readonly _id: string;
  /** JSON: it holds what people typed, under any names. */
  readonly session: string;
  readonly expires: Date;
}

/** What the store says of itself: its format, that it can be written to, and which processes use it. */
export interface MetaDocument {
  readonly _id: string;
  readonly format?: number;
  /** Who is bringing it up to date, and until when nobody else may; or who uses it, and until when that counts. */
  readonly owner?: string;
  readonly until?: Date;
  readonly writtenAt?: Date;
  /** That it is being filled (`Filling`, as JSON), and by whom. */
  readonly filling?: string;
  readonly by?: string;
}

export const installationSchema = collectionSchema<InstallationDocument>('installation', {
  _id: key,
  name: text,
  organisation: text,
  timeZone: text,
  region: text,
  currency: text,
  setUpAt: text,
  workflowSettings: text,
});

export const apiTokenSchema = collectionSchema<ApiTokenDocument>('apiTokens', {
  _id: key,
  hash: { type: String, required: true },
  person: text,
  label: text,
  createdAt: text,
  expiresAt: textOrNull,
  revokedAt: textOrNull,
});
// A program shows its token; only the hash is kept.
apiTokenSchema.index({ hash: 1 }, { unique: true });

export const definitionSchema = collectionSchema<DefinitionDocument>('definitions', {
  _id: key,
  definition: { type: String, required: true },
  version: { type: Number, required: true },
  hash: text,
  text,
  publishedAt: text,
});
// A version is published once; the list in order.
definitionSchema.index({ definition: 1, version: 1 }, { unique: true });

export const sessionSchema = collectionSchema<SessionDocument>('sessions', {
  _id: key,
  session: text,
  expires: { type: Date, required: true },
});
// The sweep of those that have ended.
sessionSchema.index({ expires: 1 });

export const metaSchema = collectionSchema<MetaDocument>('meta', {
  _id: key,
  format: { type: Number },
  owner: text,
  until: { type: Date },
  writtenAt: { type: Date },
  filling: text,
  by: text,
});
