import {
  flag,
  id,
  list,
  nullable,
  record,
  schemaObject,
  sha256Hex,
  text,
  titlesOfRoles,
  whole,
} from './schema-parts.ts';

export const Workflow = record({
  id: id('Its id'),
  version: whole('Its newest version', { minimum: 1 }),
  hash: sha256Hex('SHA-256 of its definition in canonical JSON'),
  title: text('Its title'),
  summary: text('What it is for'),
  sources: list({ type: 'string' }, 'The guides it comes from'),
});

export const WorkflowDetails = record({
  ...Workflow.properties,
  start: record({
    label: text('What starting one does'),
    who: list({ type: 'string' }, 'Titles of the roles that may; empty: only other workflows'),
    form: schemaObject('What `form` must be when one is started'),
  }),
  roles: list(record({ id: text('Its name in the workflow'), title: text('Its title') })),
  states: list(
    record({
      path: text('Its dotted path'),
      title: text('Its title'),
      waiting: nullable(text('What is waited for in it')),
      final: flag('It is an end'),
    }),
    'Where an instance can stand',
  ),
  events: list(
    record({
      event: text('The event to send'),
      label: text('What it does'),
      who: titlesOfRoles,
      form: schemaObject('What `fields` must be'),
    }),
    'What people can do, somewhere on the way',
  ),
  deadlines: list(record({ deadline: text('Its name'), title: text('Its title') })),
  data: schemaObject('What an instance holds'),
});
