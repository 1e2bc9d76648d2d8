import type { JsonSchema } from '../../../engine/json-schema.ts';
import type { FormContext } from '../../../web/presenters/form/form-context.ts';

/** A form with one field of every kind, as a workflow's author might write it. */
export const everyField: JsonSchema = {
  type: 'object',
  required: [
    'subject',
    'story',
    'reviewDate',
    'amount',
    'agreed',
    'level',
    'parties',
    'confirmed',
    'chair',
  ],
  properties: {
    subject: {
      type: 'string',
      title: 'What is in dispute',
      description: 'One line, as it will stand in lists.',
      maxLength: 200,
    },
    story: {
      type: 'string',
      title: 'What has happened so far',
      multiline: true,
      rows: 6,
      maxLength: 4000,
    },
    reference: {
      type: 'string',
      title: 'MOU reference',
      description: 'Two letters and three figures, like AB123.',
      maxLength: 5,
      pattern: '^[A-Z]{2}[0-9]{3}$',
    },
    email: { type: 'string', format: 'email', title: 'Contact e-mail', maxLength: 254 },
    reviewDate: { type: 'string', format: 'date', title: 'Review date' },
    amount: {
      type: 'integer',
      format: 'money',
      title: 'Amount',
      minimum: 100,
      maximum: 100_000_000,
    },
    notice: { type: 'string', format: 'duration', title: 'Notice' },
    people: { type: 'integer', title: 'How many people', minimum: 1, maximum: 5000 },
    share: { type: 'number', title: 'Share in per cent', minimum: 0, maximum: 100 },
    agreed: { type: 'boolean', title: 'The finance lead has agreed' },
    urgent: { type: 'boolean', title: 'Is anybody unsafe meanwhile?' },
    level: {
      type: 'string',
      title: 'Level',
      oneOf: [
        { const: 'managers', title: 'Managers', description: 'The two who work together.' },
        { const: 'executives', title: 'Executives' },
      ],
    },
    theme: {
      type: 'string',
      title: 'Theme',
      enum: [
        'money',
        'staff',
        'information',
        'premises',
        'governance',
        'referral',
        'safety',
        'other',
      ],
    },
    services: {
      type: 'array',
      title: 'Services concerned',
      maxItems: 3,
      uniqueItems: true,
      items: { type: 'string', enum: ['housing', 'mental-health', 'substance-use', 'legal-aid'] },
    },
    chair: { type: 'string', format: 'person', title: 'Chair' },
    host: { type: 'string', format: 'organisation', title: 'Host organisation' },
    parties: {
      type: 'array',
      title: 'Parties',
      minItems: 2,
      maxItems: 4,
      items: {
        type: 'object',
        title: 'Party',
        required: ['organisation'],
        properties: {
          organisation: { type: 'string', format: 'organisation', title: 'Organisation' },
          contribution: { type: 'integer', format: 'money', title: 'Contribution', minimum: 0 },
          since: { type: 'string', format: 'date', title: 'Partner since' },
        },
      },
    },
    aliases: {
      type: 'array',
      title: 'Other names of the service',
      maxItems: 3,
      items: { type: 'string', title: 'Other name', maxLength: 60 },
    },
    venue: {
      type: 'object',
      title: 'Where you meet',
      required: ['building'],
      properties: {
        building: { type: 'string', title: 'Building', maxLength: 80 },
        room: { type: 'string', title: 'Room', maxLength: 20 },
      },
    },
    evidence: {
      type: 'string',
      format: 'document',
      title: 'Evidence',
      description: 'The paper that shows it.',
    },
    confirmed: { const: true, title: 'I have spoken with the other side first' },
  },
};

export const everyContext: FormContext = {
  currency: 'GBP',
  people: [
    { value: 'p-amina', text: 'Amina Yusuf' },
    { value: 'p-lodz', text: 'Józef Łódzki' },
  ],
  organisations: [
    { value: 'o-council', text: 'Northshire Council' },
    { value: 'o-trust', text: 'Vale Health Trust' },
    { value: 'o-refuge', text: 'Harbour Refuge' },
  ],
};

/** Answers that are all in order. */
export const goodValues = {
  subject: 'Who pays for the night shelter',
  story: 'First we met.\nThen we wrote.',
  reference: 'AB123',
  email: 'amina@northshire.example',
  reviewDate: '2027-03-01',
  amount: 125_050,
  people: 12,
  share: 33.3,
  agreed: true,
  urgent: false,
  level: 'managers',
  theme: 'money',
  services: ['housing', 'legal-aid'],
  chair: 'p-amina',
  host: 'o-council',
  parties: [
    { organisation: 'o-council', contribution: 500_000, since: '2024-02-29' },
    { organisation: 'o-refuge' },
  ],
  aliases: ['The Shelter'],
  venue: { building: 'Town Hall', room: '12b' },
  evidence: 'a'.repeat(64),
  confirmed: true,
};
