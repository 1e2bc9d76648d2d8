import type { JsonSchema } from '../../json-schema.ts';
import { flag, listOf, mapOf, objectOf, ref, type SchemaPart, text } from './schema-parts.ts';

const count = (description: string): SchemaPart => ({
  description,
  type: 'integer',
  minimum: 0,
  maximum: 100_000,
});
const schema = ref('dataSchema');
const schemas: SchemaPart = { type: 'array', items: schema, minItems: 1, maxItems: 50 };
const jsonTypes = {
  enum: ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'],
};

/** The part of JSON Schema that data, forms and criteria use, with our annotations. */
export const dataDefinitions: Readonly<Record<string, SchemaPart>> = {
  dataSchema: objectOf<JsonSchema>('A JSON Schema (2020-12), in the part that Concordat uses.', {
    $ref: {
      description: 'A definition of the same schema: "#/$defs/NAME".',
      type: 'string',
      pattern: '^#/\\$defs/[A-Za-z][A-Za-z0-9_]{0,63}$',
    },
    $defs: mapOf(ref('fieldName'), schema, 'Schemas that are used more than once.'),
    type: {
      description: 'What kind of value this is.',
      if: { type: 'array' },
      // oxlint-disable-next-line unicorn/no-thenable
      then: { type: 'array', items: jsonTypes, minItems: 1, uniqueItems: true },
      else: jsonTypes,
    },
    title: text('What the field is called on the page.', 200),
    description: text('A hint below the title.', 1000),
    default: { description: 'What the field holds before anybody has filled it in.' },
    const: { description: 'The only value there is.' },
    enum: { description: 'The values to choose from.', type: 'array', minItems: 1, maxItems: 300 },
    oneOf: { ...schemas, description: 'Exactly one of these; { "const", "title" } for choices.' },
    anyOf: { ...schemas, description: 'At least one of these.' },
    allOf: { ...schemas, description: 'All of these.' },
    not: schema,
    if: schema,
    // oxlint-disable-next-line unicorn/no-thenable
    then: schema,
    else: schema,
    properties: mapOf(
      { type: 'string', minLength: 1, maxLength: 64 },
      schema,
      'Each field with its schema.',
    ),
    required: {
      description: 'The fields that have to be there.',
      type: 'array',
      items: { type: 'string', maxLength: 64 },
      maxItems: 200,
      uniqueItems: true,
    },
    additionalProperties: {
      description: 'false, true, or the schema of fields that are not named.',
      if: { type: 'boolean' },
      // oxlint-disable-next-line unicorn/no-thenable
      then: true,
      else: schema,
    },
    propertyNames: schema,
    maxProperties: count('At most so many fields.'),
    minProperties: count('At least so many fields.'),
    items: schema,
    contains: schema,
    minItems: count('At least so many entries.'),
    maxItems: count('At most so many entries.'),
    uniqueItems: flag('No entry twice.'),
    minLength: count('At least so many characters.'),
    maxLength: count('At most so many characters.'),
    pattern: text('A regular expression as RE2 understands it.', 200),
    format: {
      description: 'What the text stands for.',
      enum: [
        'date',
        'date-time',
        'email',
        'person',
        'organisation',
        'instance',
        'money',
        'document',
        'uri',
        'duration',
        'uuid',
        'time',
      ],
    },
    minimum: { type: 'number' },
    maximum: { type: 'number' },
    exclusiveMinimum: { type: 'number' },
    exclusiveMaximum: { type: 'number' },
    multipleOf: { type: 'number', exclusiveMinimum: 0 },
    personal: flag('Kept beside the history, where it can be erased.'),
    seenBy: ref('roleNames', 'The roles who alone read this personal field of the data.'),
    multiline: flag('Shown as a box of several lines.'),
    prefill: text('A path whose value the form opens with.', 200),
    ofParty: flag('Only people of the organisation that acts can be chosen.'),
    actsFor: text(
      'The field beside or above it that names the organisation which the person has to act for.',
      100,
    ),
    anywhere: flag('Also organisations that do not take part can be chosen.'),
    hidden: flag('Kept for the workflow itself: left out of what people read on the page.'),
    under: text('The heading under which people read it.', 120),
    rows: { description: 'Lines of the box.', type: 'integer', minimum: 1, maximum: 60 },
  }),
  form: {
    description:
      'A form: JSON Schema (type: object), or { "fields": [names of data fields], "required": [those that must be filled in] }.',
    if: { required: ['fields'] },
    // oxlint-disable-next-line unicorn/no-thenable
    then: {
      type: 'object',
      properties: {
        fields: listOf(ref('fieldName'), 'Names of data fields.'),
        required: listOf(ref('fieldName'), 'Those that must be filled in.', 0),
      },
      required: ['fields'],
      additionalProperties: false,
    },
    else: {
      allOf: [
        schema,
        {
          description: 'A form is { "type": "object", "properties": { … } }.',
          properties: { type: { const: 'object' } },
          required: ['type', 'properties'],
        },
      ],
    },
  },
};
