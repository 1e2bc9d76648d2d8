import type { PersonalValue } from '../commit-store.ts';
import { collectionSchema, key, text, textOrNull } from './schema.ts';

/** A personal value, kept beside the chain; found by `_id`, which is the instance's and its own. */
export interface PersonalDocument extends Omit<PersonalValue, 'id'> {
  readonly _id: string;
  readonly value: string | null;
  readonly valueId: string;
}

export const personalSchema = collectionSchema<PersonalDocument>('personalValues', {
  _id: key,
  instance: text,
  valueId: text,
  salt: text,
  value: textOrNull,
});
