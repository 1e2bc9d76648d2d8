import { listOf, mapOf, ref, type SchemaPart, text } from './schema-parts.ts';

const WORKING_DAYS =
  'How many working days: a whole number without quotation marks, such as 15, or a path to one, such as "settings.commentDays".';

/** Names, paths, expressions, values and durations: what the other parts refer to. */
export const valueDefinitions: Readonly<Record<string, SchemaPart>> = {
  name: {
    description: 'A name: letters, digits and hyphens, beginning with a letter.',
    type: 'string',
    pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$',
  },
  fieldName: {
    description: 'The name of a field: letters, digits and underscores, beginning with a letter.',
    type: 'string',
    pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$',
  },
  identifier: {
    description: 'An id in lower case with hyphens, such as "systemic-issue".',
    type: 'string',
    pattern: '^[a-z][a-z0-9-]{0,63}$',
  },
  personEvent: {
    description: 'The name of an event in capitals, such as "RECORD_DECISION".',
    type: 'string',
    pattern: '^[A-Z][A-Z0-9_]{0,63}$',
  },
  path: {
    description:
      'A path to a value, such as "data.reviewDate", "event.agreedOn", "settings.days", "by.organisation", "item.id" or "today".',
    type: 'string',
    maxLength: 200,
    pattern:
      '^(data|event|settings|by|item|instance|documents|partnership)\\.[A-Za-z0-9_.-]+$|^(at|today|party|item)$',
  },
  cel: {
    description:
      'An expression in CEL, at most 1,000 characters, such as "data.level < 3 && has(data.agreedOn)".',
    type: 'string',
    minLength: 1,
    maxLength: 1000,
  },
  duration: {
    description: 'A length of time as ISO 8601, such as "P10D", "P12W", "P3M" or "PT4H".',
    type: 'string',
    maxLength: 40,
    pattern: '^P[0-9YMWDTHS]+$',
  },
  distance: {
    description:
      'A length of time ("P12W"), a path to one in the data or the settings, or working days: { "workingDays": 10 }.',
    if: { type: 'object' },
    // oxlint-disable-next-line unicorn/no-thenable
    then: {
      type: 'object',
      required: ['workingDays'],
      properties: {
        workingDays: {
          description: WORKING_DAYS,
          if: { type: 'string' },
          // oxlint-disable-next-line unicorn/no-thenable
          then: {
            description: WORKING_DAYS,
            type: 'string',
            pattern: '^(data|settings)\\.[A-Za-z0-9_.]+$',
            maxLength: 200,
          },
          else: { type: 'integer', minimum: 0, maximum: 2000 },
        },
      },
      additionalProperties: false,
    },
    else: {
      description: 'A length of time such as "P12W", or a path such as "settings.notice".',
      type: 'string',
      maxLength: 200,
      pattern: '^(P[0-9YMWDTHS]+|(data|settings)\\.[A-Za-z0-9_.]+)$',
    },
  },
  value: {
    description:
      'A value: a text, number, true, false or null as it stands; or { "from": path }, { "cel": expression }, { "list": [values] } or { "object": { name: value } }.',
    if: { type: ['object', 'array'] },
    // oxlint-disable-next-line unicorn/no-thenable
    then: {
      description:
        'Write { "from": path }, { "cel": expression }, { "list": [values] } or { "object": { name: value } }.',
      type: 'object',
      minProperties: 1,
      maxProperties: 1,
      properties: {
        from: ref('path'),
        cel: ref('cel'),
        list: { type: 'array', items: ref('value'), maxItems: 200 },
        object: mapOf(ref('fieldName'), ref('value'), 'Each name with its value.'),
      },
      additionalProperties: false,
    },
    else: { type: ['string', 'number', 'boolean', 'null'], maxLength: 4000 },
  },
  values: mapOf(ref('fieldName'), ref('value'), 'Each name with its value.'),
  roleNames: listOf(ref('name'), 'Names of roles of this workflow.'),
  template: text('The id of a template.', 100),
};
