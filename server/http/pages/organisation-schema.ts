import type { JsonSchema } from '../../../engine/json-schema.ts';
import type { OrganisationKind } from '../../store/directory.ts';
import { ORGANISATION_KINDS } from '../../use-cases/find-or-add-organisation.ts';

/** What is asked of an organisation, wherever one is added or changed. */
export const ORGANISATION_SCHEMA = {
  type: 'object',
  title: 'Organisation',
  required: ['name', 'kind'],
  additionalProperties: false,
  properties: {
    name: {
      type: 'string',
      title: 'Name of the organisation',
      description: 'As it should stand in agreements.',
      minLength: 1,
      maxLength: 120,
    },
    kind: { type: 'string', title: 'What kind of organisation is it?', oneOf: ORGANISATION_KINDS },
  },
} as const satisfies JsonSchema;

/** The answers to it. */
export interface OrganisationAnswers {
  readonly name: string;
  readonly kind: OrganisationKind;
}

/** A list of organisations that are added beside whatever else a form asks. */
export function organisationsToAdd(words: {
  readonly title: string;
  readonly description: string;
  readonly most: number;
}): JsonSchema {
  const { title, description, most } = words;
  return { type: 'array', title, description, maxItems: most, items: ORGANISATION_SCHEMA };
}
