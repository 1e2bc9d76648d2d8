import type { JsonSchema } from '../../../engine/json-schema.ts';

/** Letters, digits and marks that every program can send; the store keeps it with the commit. */
export const IDEMPOTENCY_KEY: JsonSchema = {
  type: 'string',
  description:
    'A new random text for each thing that is to be done, at most 100 characters (a UUID serves). Sent twice under one key, it is done once and the second time the first answer comes again. Recommended for every write: without it a lost answer cannot be told from a lost request.',
  pattern: '^[A-Za-z0-9._:/+=-]{1,100}$',
};
