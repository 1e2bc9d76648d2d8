import type {
  AccessSpec,
  ChaseSpec,
  DeadlineSpec,
  LockedSpec,
  OwedSpec,
  ReminderSpec,
  RoleSpec,
  SettingSpec,
  SigningPlaces,
  StartSpec,
  WorkflowDefinition,
} from '../../definition.ts';
import { actionDefinitions } from './action-schema.ts';
import { dataDefinitions } from './data-schema.ts';
import { gateDefinitions } from './gate-schema.ts';
import { machineDefinitions } from './machine-schema.ts';
import { listOf, mapOf, objectOf, oneOrMore, ref, type SchemaPart, text } from './schema-parts.ts';
import { valueDefinitions } from './value-schema.ts';

const dataPath = (description: string): SchemaPart => ({
  description,
  type: 'string',
  maxLength: 200,
  pattern: '^data\\.[A-Za-z0-9_.]+$',
});

const partDefinitions: Readonly<Record<string, SchemaPart>> = {
  start: objectOf<StartSpec>(
    'How an instance begins.',
    {
      label: text('The words on the button that opens one.', 120),
      by: ref('roleNames', 'The roles who may open one. Absent: only other workflows start it.'),
      form: ref('form', 'What is asked at the start; the answers go into the data.'),
      set: ref('values', 'Data worked out at the start.'),
    },
    ['label'],
  ),
  role: objectOf<RoleSpec>(
    'Who holds a role.',
    {
      title: text('The role in plain words.', 120),
      held: oneOrMore(
        text('A membership role.', 64),
        'The membership role or roles of its holders.',
      ),
      person: oneOrMore(
        dataPath('A path to the person who holds it, or to a list of them.'),
        'Where the data name who holds it.',
      ),
      named: ref('fieldName', 'The field that names the person, where the list has entries.'),
      of: dataPath('A path to the organisation, or the list of them, it belongs to.'),
      when: ref('cel', 'A condition over the data: the role is held only while it is true.'),
    },
    ['title'],
  ),
  access: objectOf<AccessSpec>(
    'For instances that not everybody in the partnership may see.',
    {
      seenBy: ref('roleNames', 'The roles who see it.'),
      sharedWhen: ref('cel', 'Once true, everybody in the partnership sees it.'),
    },
    ['seenBy'],
  ),
  setting: objectOf<SettingSpec>(
    'A number, word or choice that a coordinator may change.',
    {
      title: text('What it sets.', 200),
      description: text('A hint.', 1000),
      type: { description: 'What kind of value it is.', enum: ['integer', 'string', 'boolean'] },
      default: {
        description: 'What holds until a coordinator changes it.',
        type: ['integer', 'string', 'boolean'],
        maxLength: 500,
      },
      minimum: { description: 'The least it may be.', type: 'integer' },
      maximum: { description: 'The most it may be.', type: 'integer' },
    },
    ['title', 'type', 'default'],
  ),
  deadline: {
    ...objectOf<DeadlineSpec>(
      'When something is due.',
      {
        title: text('What falls due, in plain words.', 120),
        from: {
          description: '"entry" (of the state), or a path to a date in the data.',
          type: 'string',
          maxLength: 200,
          pattern: '^(entry|data\\.[A-Za-z0-9_.]+)$',
        },
        after: ref('distance', 'So long after it.'),
        before: ref('distance', 'So long before it.'),
        reminders: {
          description: 'Mails before it is due.',
          type: 'array',
          items: ref('reminder'),
          maxItems: 10,
        },
        chases: ref('chase'),
        when: ref('cel', 'A condition over the data: it runs only while that is true.'),
        otherwise: text(
          'What happens when it passes, as a sentence for those who are reminded.',
          300,
        ),
        owedBy: mapOf(ref('name'), ref('owed'), 'By role: who of its holders still owes.'),
      },
      ['title', 'from'],
    ),
    oneOf: [{ required: ['after'] }, { required: ['before'] }],
  },
  owed: {
    ...objectOf<OwedSpec>('When somebody still owes what is due.', {
      cel: ref('cel', 'True for whoever still owes: by.person, by.organisation, party.'),
      signOff: objectOf<SigningPlaces>(
        "They may sign now, by their party's own rule.",
        {
          signatures: ref('fieldName', 'The data field with the signatures.'),
          delegations: ref('fieldName', 'The data field that says who passed it on to whom.'),
          document: ref('name', 'The name of the document.'),
        },
        ['signatures', 'delegations', 'document'],
      ),
    }),
    oneOf: [{ required: ['cel'] }, { required: ['signOff'] }],
  },
  reminder: objectOf<ReminderSpec>(
    'A mail before something is due.',
    { before: ref('distance'), to: ref('roleNames'), template: ref('template') },
    ['before', 'to', 'template'],
  ),
  chase: objectOf<ChaseSpec>(
    'Mails after it was due.',
    {
      every: ref('duration', 'How often.'),
      max: { description: 'How many at most.', type: 'integer', minimum: 1, maximum: 100 },
      to: ref('roleNames'),
      template: ref('template'),
    },
    ['every', 'max', 'to', 'template'],
  ),
  locked: objectOf<LockedSpec>(
    'Data that is no longer corrected.',
    {
      fields: listOf(ref('fieldName'), 'Names of data fields.'),
      when: ref('cel', 'A condition over the data; absent: always.'),
      otherwise: text('What to do instead.', 400),
    },
    ['fields', 'otherwise'],
  ),
};

/** The JSON Schema (2020-12) of a workflow file. */
export const workflowSchema: SchemaPart = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'workflow.schema.json',
  title: 'A Concordat workflow',
  ...objectOf<WorkflowDefinition>(
    'One workflow: what its instances hold, who takes part, what is due when, and the machine.',
    {
      $schema: {
        description: 'Where this schema is, for editors.',
        type: 'string',
        maxLength: 300,
      },
      id: ref('identifier', 'The id of the workflow; the file has the same name.'),
      version: {
        description: 'A published version never changes, so a change needs the next one.',
        type: 'integer',
        minimum: 1,
        maximum: 1_000_000,
      },
      title: text('The workflow in plain words.', 120),
      summary: text('What it is for, in a sentence or two.', 1000),
      sources: listOf(text('A guide, as a reader would cite it.', 300), 'Where it comes from.', 0),
      instanceTitle: text('How an instance is called in lists: "Dispute: {subject}".', 200),
      start: ref('start'),
      data: {
        allOf: [
          ref('dataSchema'),
          {
            description: 'What an instance holds: { "type": "object", "properties": { … } }.',
            properties: { type: { const: 'object' } },
            required: ['type', 'properties'],
          },
        ],
      },
      roles: mapOf(ref('name'), ref('role'), 'Who takes part, by name.', 50),
      access: ref('access'),
      settings: mapOf(ref('fieldName'), ref('setting'), 'What a coordinator may change.', 50),
      deadlines: mapOf(ref('name'), ref('deadline'), 'What is due when, by name.', 50),
      locked: { type: 'array', items: ref('locked'), maxItems: 50 },
      register: objectOf<NonNullable<WorkflowDefinition['register']>>(
        'The register that lists all instances.',
        {
          title: text('The title of the register.', 120),
          columns: listOf(ref('name'), 'Names of data fields, "state", or names of deadlines.'),
        },
        ['title', 'columns'],
      ),
      machine: ref('state', 'A plain XState v5 machine.'),
    },
    ['id', 'version', 'title', 'summary', 'sources', 'start', 'data', 'roles', 'machine'],
  ),
  $defs: {
    ...partDefinitions,
    ...machineDefinitions,
    ...gateDefinitions,
    ...actionDefinitions,
    ...dataDefinitions,
    ...valueDefinitions,
  },
};
