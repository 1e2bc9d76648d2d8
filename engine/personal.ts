import type { JsonSchema } from './json-schema.ts';
import { mapParts } from './plain-schema.ts';

/**
 * What the chain holds in place of a personal value: where it is kept, a salted hash of it, and who
 * alone reads it, if it is not for everybody who sees the instance.
 */
export interface PersonalReference {
  readonly personal: string;
  readonly hash: string;
  /** Roles of the definition. */
  readonly seenBy?: readonly string[];
}

const REFERENCE: JsonSchema = {
  type: 'object',
  required: ['personal', 'hash'],
  additionalProperties: false,
  properties: {
    personal: { type: 'string', maxLength: 100 },
    hash: { type: 'string', maxLength: 64 },
    seenBy: { type: 'array', items: { type: 'string', maxLength: 64 }, maxItems: 20 },
  },
};

/** A schema in which every field marked `personal` may hold a reference in place of its value. */
export function allowPersonalReferences(schema: JsonSchema): JsonSchema {
  if (schema.personal === true) {
    return { title: schema.title ?? '', anyOf: [REFERENCE, { ...schema, personal: false }] };
  }
  return mapParts(schema, allowPersonalReferences);
}

export function isPersonalReference(value: unknown): value is PersonalReference {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as PersonalReference).personal === 'string' &&
    typeof (value as PersonalReference).hash === 'string' &&
    Object.keys(value).length === ('seenBy' in value ? 3 : 2)
  );
}
