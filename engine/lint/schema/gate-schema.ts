import { GATE_TYPES } from '../../gate.ts';
import type { Criterion, GuardConfig } from '../../definition.ts';
import { flag, mapOf, objectOf, ref, type SchemaPart, text, whenType } from './schema-parts.ts';

/** Guards: the gates that explain themselves. */
export const gateDefinitions: Readonly<Record<string, SchemaPart>> = {
  criterion: {
    ...objectOf<Criterion>(
      'One thing that must be so: "schema", "cel" or "none", and the sentence a person reads when it is not.',
      {
        schema: ref('dataSchema', 'A JSON Schema over { data, event }.'),
        cel: ref('cel', 'An expression that must give true.'),
        none: ref('cel', 'An expression giving a list that must be empty; its items are shown.'),
        otherwise: text('The sentence a person reads when this is not met.', 400),
        do: text('What to do about it.', 400),
        applies: flag(
          'While it is not met, the transition does not concern the record, and nobody is shown it.',
        ),
      },
      ['otherwise'],
    ),
    oneOf: [{ required: ['schema'] }, { required: ['cel'] }, { required: ['none'] }],
  },
  guard: {
    ...objectOf<GuardConfig>(
      'A gate: { "type": "meets" | "everyParty" | "signedOff" | "signOff", "params": { … } }.',
      {
        type: { description: 'A guard there is.', enum: [...GATE_TYPES] },
        params: { description: 'What the guard needs.', type: 'object' },
      },
      ['type', 'params'],
    ),
    allOf: [
      whenType('meets', {
        properties: {
          params: objectOf<{ all: unknown }>(
            'Every criterion must be met.',
            { all: { type: 'array', items: ref('criterion'), minItems: 1, maxItems: 100 } },
            ['all'],
          ),
        },
      }),
      whenType('everyParty', {
        properties: {
          params: objectOf<{ in: unknown; where: unknown; otherwise: unknown }>(
            'Each of data.parties has an entry in this list.',
            {
              in: ref('fieldName', 'The data field with the list; each entry has "party".'),
              where: mapOf(
                ref('fieldName'),
                { type: ['string', 'number', 'boolean', 'null'] },
                'Only entries with these values count.',
              ),
              otherwise: text('The sentence a person reads when somebody is missing.', 400),
            },
            ['in', 'otherwise'],
          ),
        },
      }),
      whenType('signedOff', {
        properties: {
          params: objectOf<{ signatures: unknown; document: unknown; otherwise: unknown }>(
            "Each party's own rule of signing is satisfied for the document as it stands.",
            {
              signatures: ref('fieldName', 'The data field with the signatures.'),
              document: ref('name', 'The name of the document.'),
              otherwise: text('The sentence a person reads when a signature is missing.', 400),
            },
            ['signatures', 'document', 'otherwise'],
          ),
        },
      }),
      whenType('signOff', {
        properties: {
          params: objectOf<{
            signatures: unknown;
            delegations: unknown;
            document: unknown;
            delegateRole: unknown;
            passOnTo: unknown;
            all: unknown;
          }>(
            "Whoever acts may sign for their party now, or pass it on, by the party's own rule.",
            {
              signatures: ref('fieldName', 'The data field with the signatures.'),
              delegations: ref('fieldName', 'The data field that says who passed it on to whom.'),
              document: ref('name', 'The name of the document.'),
              delegateRole: ref('name', 'The role of those to whom it was passed on.'),
              passOnTo: ref('fieldName', 'To pass it on: the form field that names to whom.'),
              all: { type: 'array', items: ref('criterion'), minItems: 1, maxItems: 100 },
            },
            ['signatures', 'delegations', 'document'],
          ),
        },
      }),
    ],
  },
};
