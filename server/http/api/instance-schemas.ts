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
  titlesOfRoles,
  whole,
} from './schema-parts.ts';

const named = record({ id: id('Its id'), title: text('Its title') });

export const Unmet = record(
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

export const Deadline = record({
  deadline: text('Its name in the workflow'),
  title: text('Its title'),
  dueAt: nullable(instant('When it is due; null while the date it counts from is not known')),
  lastDay: nullable(text('The last day that is still in time, where the instance is')),
  passed: flag('It has passed'),
  handedOver: flag('The last chase has gone unheard: it is with the coordinator now'),
});

export const Document = record({
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

export const StoredFile = record({
  hash: sha256Hex('SHA-256 of its bytes; the value of a form field that takes a file'),
  name: text('Its file name'),
  mediaType: text('Its media type'),
  size: whole('Bytes', { minimum: 0 }),
  createdAt: instant('When it was stored'),
});

export const InstanceRow = record({
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

export const Option = record({
  event: text('The event to send'),
  label: text('What it does, as on the button'),
  hint: nullable(text('More about it')),
  theirs: flag('You may do it, now or once what is unmet is met'),
  who: titlesOfRoles,
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

export const Instance = record({
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

export const Recorded = record({
  instance: id('The instance'),
  seq: whole('The number of the commit that recorded it', { minimum: 1 }),
  hash: sha256Hex('The hash of that commit'),
});

export const HistoryEntry = record({
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
