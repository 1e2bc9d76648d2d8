import type { JsonSchema } from '../../../engine/json-schema.ts';
import { DUE_KINDS } from '../../use-cases/due-of.ts';
import {
  flag,
  freeObject,
  id,
  instant,
  list,
  nullable,
  record,
  schemaObject,
  sha256Hex,
  text,
  whole,
} from './schema-parts.ts';

const named = record({ id: id('Its id'), title: text('Its title') });
const titles = list({ type: 'string' }, 'Titles of the roles that may');
const next = nullable(
  text('Give this as `after` to get the page that follows; null on the last page'),
);

const Unmet = record(
  {
    sentence: text('Why not yet, in plain English'),
    do: text('What to do about it'),
    items: list(
      record(
        {
          title: text('What is open'),
          organisation: text('Id of the organisation that is waited for'),
          owner: text('Who looks after it'),
          instance: text('Id of the instance it is in'),
          field: text('The field it is in'),
        },
        ['title', 'organisation', 'owner', 'instance', 'field'],
      ),
      'What exactly is open',
    ),
  },
  ['do', 'items'],
);

const Deadline = record({
  deadline: text('Its name in the workflow'),
  title: text('Its title'),
  dueAt: nullable(instant('When it is due; null while the date it counts from is not known')),
  lastDay: nullable(text('The last day that is still in time, where the instance is')),
  passed: flag('It has passed'),
  handedOver: flag('The last chase has gone unheard: it is with the coordinator now'),
});

const Document = record({
  name: text('Its name in the workflow'),
  title: text('Its title'),
  at: instant('When it was drawn up'),
  manifest: sha256Hex(
    'Binds template, data, HTML and PDF; send it back with an event that decides on this document',
  ),
  html: sha256Hex('Hash of the HTML form'),
  pdf: sha256Hex('Hash of the PDF form'),
  text: sha256Hex('Hash of the plain text form'),
});

const StoredFile = record({
  hash: sha256Hex('SHA-256 of its bytes; the value of a form field that takes a file'),
  name: text('Its file name'),
  mediaType: text('Its media type'),
  size: whole('Bytes', { minimum: 0 }),
  createdAt: instant('When it was stored'),
});

const InstanceRow = record({
  id: id('Its id'),
  seq: whole('The number of its newest commit', { minimum: 1 }),
  hash: sha256Hex('The hash of its newest commit'),
  workflow: text('Id of its workflow'),
  version: whole('Version of the workflow it runs on', { minimum: 1 }),
  partnership: nullable(text('Id of its partnership')),
  parent: nullable(text('Id of the instance it was started from')),
  title: text('Its title'),
  state: list({ type: 'string' }, 'Where it stands: dotted paths of the innermost states'),
  stateTitle: text('Where it stands, in words'),
  status: text('Whether it goes on', { enum: ['active', 'done'] }),
  outcome: nullable(text('How it ended', { enum: ['good', 'neutral', 'bad'] })),
  nextDueAt: nullable(instant('Its earliest deadline: one that has passed, else the next')),
  nextDueTitle: nullable(text('What is due then')),
  overdue: flag('A deadline of the present state has passed'),
  openedAt: instant('When it was started'),
  updatedAt: instant('When it last changed'),
});

const Option = record({
  event: text('The event to send'),
  label: text('What it does, as on the button'),
  hint: nullable(text('More about it')),
  theirs: flag('You may do it, now or once what is unmet is met'),
  who: titles,
  confirm: nullable(text('What a person is asked before it is done')),
  grave: flag('It cannot easily be undone'),
  eachParty: flag('Every organisation does it for itself; yours is set for you'),
  manifest: nullable(
    sha256Hex('The manifest to send with it, when it decides on a document that is there'),
  ),
  about: list({ type: 'string' }, 'Fields of `data` that it decides on: read them first'),
  form: schemaObject('What `fields` must be'),
  unmet: list(Unmet, 'What stands in the way; empty when nothing does before the form is sent'),
});

const Instance = record({
  id: id('Its id'),
  seq: whole('The number of its newest commit; send it back as `expectedSeq`', { minimum: 1 }),
  hash: sha256Hex('The hash of its newest commit'),
  workflow: record({
    id: id('Its id'),
    version: whole('The version it runs on', { minimum: 1 }),
    title: text('Its title'),
  }),
  title: text('Its title'),
  partnership: nullable(named),
  parent: nullable(named),
  children: list(named, 'What was started from it, as far as you may see it'),
  status: text('Whether it goes on', { enum: ['active', 'done'] }),
  state: list({ type: 'string' }, 'Where it stands: dotted paths of the innermost states'),
  place: record({
    title: text('Where it stands, in words'),
    waiting: list({ type: 'string' }, 'What is waited for'),
    waitingFor: list(Unmet, 'Who and what is still waited for, before it goes on by itself'),
    hint: nullable(text('What to do here')),
    banner: nullable(text('What hangs over it')),
    outcome: nullable(text('How it ended', { enum: ['good', 'neutral', 'bad'] })),
  }),
  confidential: nullable(
    list({ type: 'string' }, 'The roles that alone see it; null: everybody in the partnership'),
  ),
  onlyShared: flag('It was only shared with you: as it stands, without its history'),
  timeZone: text('The time zone its days are counted in'),
  data: freeObject('What it holds; people and organisations are ids'),
  dataSchema: schemaObject('What `data` means'),
  options: list(Option, 'What can be done now'),
  deadlines: list(Deadline),
  documents: list(Document, 'The newest document of each name'),
  mayCorrect: flag('You may correct its data'),
  openedAt: instant('When it was started'),
  updatedAt: instant('When it last changed'),
});

const Recorded = record({
  instance: id('The instance'),
  seq: whole('The number of the commit that recorded it', { minimum: 1 }),
  hash: sha256Hex('The hash of that commit'),
});

const HistoryEntry = record({
  seq: whole('Its number, from 1', { minimum: 1 }),
  hash: sha256Hex('SHA-256 of the commit'),
  previous: nullable(sha256Hex('The hash of the commit before; null for the first')),
  at: instant('When'),
  event: text(
    'The event; `concordat.untold` for word from a record that is not for you to know of',
  ),
  what: text('What happened, in a sentence'),
  who: text('Who did it, in words; empty when the clock or another instance did'),
  by: nullable(
    record({
      person: text('Id of the person'),
      organisation: nullable(text('Id of the organisation they acted for')),
      role: nullable(text('Title of the role they acted in')),
      authority: nullable(text('The written authority they acted under')),
      authorityBy: nullable(text('Id of the person who had written that down')),
      authorityAt: nullable(instant('When that was written down')),
      proof: nullable(
        text('By what it was known that it was they; null where nobody acted themselves', {
          enum: ['signed-in', 'token', 'link', 'link-and-code'],
        }),
      ),
    }),
  ),
  byLink: flag('They acted from a personal link'),
  notes: list({ type: 'string' }, 'Where it stood then, what was corrected, which dates moved'),
  answers: nullable(freeObject('What was filled in')),
});

const Workflow = record({
  id: id('Its id'),
  version: whole('Its newest version', { minimum: 1 }),
  hash: sha256Hex('SHA-256 of its definition in canonical JSON'),
  title: text('Its title'),
  summary: text('What it is for'),
  sources: list({ type: 'string' }, 'The guides it comes from'),
});

const WorkflowDetails = record({
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
      who: titles,
      form: schemaObject('What `fields` must be'),
    }),
    'What people can do, somewhere on the way',
  ),
  deadlines: list(record({ deadline: text('Its name'), title: text('Its title') })),
  data: schemaObject('What an instance holds'),
});

const Organisation = record({
  id: id('Its id'),
  name: text('Its name'),
  kind: text('What it is', { enum: ['council', 'nhs', 'charity', 'company', 'other'] }),
});

const Person = record({
  id: id('Their id'),
  name: text('Their name'),
  email: nullable(text('Their e-mail address; null when it is not for you')),
  organisation: text('Id of their organisation'),
});

const Member = record({
  person: text('Id of the person'),
  name: text('Their name'),
  organisation: text('Id of the organisation they act for'),
  roles: list({ type: 'string' }, 'Their roles here'),
});

const Partnership = record({
  id: id('Its id'),
  title: text('Its title'),
  lead: text('Id of the organisation that leads it'),
  organisations: list({ type: 'string' }, 'Ids of the organisations that take part'),
  instance: id('The instance that is its own course'),
});

const PartnershipDetails = record({
  ...Partnership.properties,
  members: list(Member),
});

const Due = record({
  partnership: nullable(text('Id of the partnership')),
  instance: id('The instance'),
  title: text('Title of the instance'),
  workflow: text('Id of its workflow'),
  stateTitle: text('Where it stands, in words'),
  kind: text(
    'What it is: `deadline`, `step` of a stage, day of a `reminder`, `decision` without a date, or `open` for what you can do at any time',
    { enum: DUE_KINDS },
  ),
  deadline: nullable(text('Name of the deadline, also of the one a reminder is about')),
  dueTitle: nullable(text('What is due')),
  dueAt: nullable(instant('When it is due')),
  lastDay: nullable(text('The last day that is still in time, where the instance is')),
  overdue: flag('That day has passed'),
  people: list({ type: 'string' }, 'Ids of the people it waits for'),
  roles: list(
    { type: 'string' },
    'Titles of the roles it waits for; empty when it comes by itself',
  ),
  yours: list({ type: 'string' }, 'The events that you can send there now'),
});

const Me = record({
  id: id('Your id'),
  name: text('Your name'),
  email: text('Your e-mail address'),
  organisation: text('Id of your organisation'),
  administrator: flag('You look after this installation'),
  coordinator: flag('You look after all partnerships'),
  memberships: list(
    record({
      partnership: text('Id of the partnership'),
      organisation: text('Id of the organisation you act for there'),
      roles: list({ type: 'string' }, 'Your roles there'),
    }),
  ),
});

const Problem: JsonSchema = {
  ...record(
    {
      type: text('The address of a page that explains this kind of problem', { format: 'uri' }),
      title: text('The kind of problem'),
      status: whole('The HTTP status', { minimum: 400, maximum: 599 }),
      detail: text('What is wrong and what to do, in plain English'),
      code: text('The kind of problem, for programs'),
      unmet: list(Unmet, 'With `gate-not-met`: everything that is not met'),
      problems: list(
        record({
          in: text('Where it is', { enum: ['path', 'query', 'header', 'body'] }),
          pointer: text('JSON pointer to it'),
          keyword: text('The rule of the JSON Schema that it breaks'),
          message: text('What that rule says'),
        }),
        'What exactly is wrong with what was sent',
      ),
    },
    ['unmet', 'problems'],
  ),
  description: 'RFC 9457 problem details',
};

const page = (items: JsonSchema): JsonSchema => record({ items: list(items), next });

/** The shapes that answers have, by the name they carry in the OpenAPI document. */
export const ANSWER_SCHEMAS = {
  Deadline,
  Document,
  Due,
  HistoryEntry,
  Instance,
  InstanceRow,
  Me,
  Member,
  Option,
  Organisation,
  Partnership,
  PartnershipDetails,
  Person,
  Problem,
  Recorded,
  StoredFile,
  Unmet,
  Workflow,
  WorkflowDetails,
} as const;

/** One page of a list, with the cursor of the next. */
export const pageOf = page;
/** A list that is short enough to come whole. */
export const itemsOf = (items: JsonSchema): JsonSchema => record({ items: list(items) });
