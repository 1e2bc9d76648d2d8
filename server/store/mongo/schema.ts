import mongoose, { type SchemaDefinition } from 'mongoose';

/**
 * A collection of the store: what a document holds, and nothing else may get in or be asked for.
 * Indexes are made by `bringUpToDate`, not whenever a model is first used.
 */
export function collectionSchema<Document>(
  collection: string,
  fields: SchemaDefinition<Document>,
): mongoose.Schema<Document> {
  return new mongoose.Schema<Document>(fields, {
    collection,
    strict: 'throw',
    strictQuery: 'throw',
    autoIndex: false,
    autoCreate: false,
    versionKey: false,
    minimize: false,
    id: false,
  });
}

/** A text that is always there, and may be empty. */
export const text = { type: String } as const;
/** A text, or null. */
export const textOrNull = { type: String, default: null } as const;
/** The id of a document. */
export const key = { type: String, required: true } as const;
