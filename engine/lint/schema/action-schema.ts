import { EFFECT_TYPES } from '../../effect-plan.ts';
import type { ActionConfig } from '../../definition.ts';
import { flag, mapOf, objectOf, ref, type SchemaPart, text, whenType } from './schema-parts.ts';

const field = ref('fieldName');
const key = {
  ...mapOf(field, ref('value'), 'The fields that tell entries apart.'),
  minProperties: 1,
};
const listField = ref('fieldName', 'The data field with the list.');
const forEach: SchemaPart = {
  description: 'A path to a list; the effect is done once for each entry, which is "item".',
  type: 'string',
  maxLength: 200,
  pattern: '^(data|event|partnership)\\.[A-Za-z0-9_.]+$',
};
const of: SchemaPart = ref('path', 'A path to the organisation whose people are meant.');
const person: SchemaPart = ref('path', 'A path to the one person who is meant.');
const title: SchemaPart = {
  description: 'The title, as a text or as { "from": path } or { "cel": expression }.',
  if: { type: 'object' },
  // oxlint-disable-next-line unicorn/no-thenable
  then: ref('value'),
  else: text('The title.', 300),
};
const recipients = { to: ref('roleNames', 'The roles who receive it.'), of, person, forEach };

function effect(
  type: string,
  description: string,
  properties: Readonly<Record<string, SchemaPart>>,
  required: readonly string[],
): SchemaPart {
  return whenType(type, {
    ...(required.length === 0 ? {} : { required: ['params'] }),
    properties: {
      params: { description, type: 'object', properties, required, additionalProperties: false },
    },
  });
}

/** Actions: the closed catalogue of effects. */
export const actionDefinitions: Readonly<Record<string, SchemaPart>> = {
  action: {
    ...objectOf<ActionConfig>(
      'An effect: { "type": "record" | "notify" | "ask" | "document" | "start" | "signal" | "calendar", "params": { … } }.',
      {
        type: {
          description: 'An effect there is.',
          enum: ['record', ...EFFECT_TYPES],
        },
        params: { description: 'What the effect needs.', type: 'object' },
      },
      ['type'],
    ),
    allOf: [
      effect(
        'record',
        'Without params every form field goes into the data field of its name.',
        {
          set: mapOf(field, ref('value'), 'Each data field with its new value.'),
          append: objectOf<{ list: unknown; item: unknown }>(
            'Adds an entry to a list.',
            { list: listField, item: ref('value') },
            ['list', 'item'],
          ),
          upsert: objectOf<{ list: unknown; key: unknown; item: unknown }>(
            'Replaces the entry with this key, or adds it.',
            { list: listField, key, item: ref('value') },
            ['list', 'key', 'item'],
          ),
          remove: objectOf<{ list: unknown; key: unknown }>(
            'Takes the entries with this key away.',
            { list: listField, key },
            ['list', 'key'],
          ),
          clear: { description: 'Data fields to empty.', type: 'array', items: field, minItems: 1 },
        },
        [],
      ),
      effect(
        'notify',
        'Sends a mail.',
        {
          ...recipients,
          template: ref('template'),
          with: ref('values'),
          attach: ref('name', 'The document whose PDF goes with the mail.'),
        },
        ['to', 'template'],
      ),
      {
        ...effect(
          'ask',
          'Sends a personal link, by which somebody without an account can act.',
          {
            ...recipients,
            event: ref('personEvent', 'The one transition the link is for.'),
            events: {
              description: 'The transitions a link is for that may be used more than once.',
              type: 'array',
              items: ref('personEvent'),
              minItems: 1,
              maxItems: 20,
            },
            template: ref('template'),
            document: ref('name', 'The document that is decided on.'),
            expires: ref('duration', 'How long the link lives.'),
            code: ref(
              'value',
              'Asks for a one-time code as well: true, or a value that says whether.',
            ),
            with: ref('values'),
          },
          ['to', 'template'],
        ),
      },
      effect(
        'document',
        'Renders a document and stores it, then raises effect.document.NAME.',
        {
          name: ref('name', 'The name by which the document is known here.'),
          template: ref('template'),
          title,
          data: ref('values'),
          since: ref('value', 'The `request` of the earlier text that it is compared with.'),
          attachments: {
            description: 'Pages that follow, such as a certificate: { "template", "data" }.',
            type: 'array',
            items: objectOf<{ template: unknown; data: unknown }>(
              'A template with its data.',
              { template: ref('template'), data: ref('values') },
              ['template'],
            ),
            minItems: 1,
            maxItems: 10,
          },
          forEach,
        },
        ['name', 'template', 'title'],
      ),
      effect(
        'start',
        'Starts an instance of a workflow, then raises effect.start.NAME.',
        {
          name: ref('name', 'The name by which the new instance is known here.'),
          workflow: ref('identifier', 'The id of the workflow to start.'),
          data: ref('values'),
          forEach,
          linked: flag('An instance that is no child of this one.'),
        },
        ['name', 'workflow'],
      ),
      effect(
        'signal',
        'Sends an event to another instance.',
        {
          to: {
            description: '"parent", "children", "partnership" or { "from": path to an instance }.',
            if: { type: 'object' },
            // oxlint-disable-next-line unicorn/no-thenable
            then: objectOf<{ from: unknown }>('The instance found there.', { from: ref('path') }, [
              'from',
            ]),
            else: { enum: ['parent', 'children', 'partnership'] },
          },
          event: ref('personEvent', 'The event that is sent.'),
          with: ref('values'),
          forEach,
        },
        ['to', 'event'],
      ),
      effect(
        'calendar',
        'Sends an entry for the calendar (ICS).',
        {
          ...recipients,
          name: ref('name', 'The same name again moves the same entry.'),
          title,
          on: ref('path', 'A path to the date.'),
        },
        ['to', 'name', 'title', 'on'],
      ),
    ],
  },
};
