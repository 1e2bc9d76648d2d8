import type { JsonSchema } from '../../../engine/json-schema.ts';
import { DUE_KINDS } from '../../use-cases/due-of.ts';
import {
  Me,
  Member,
  Organisation,
  Partnership,
  PartnershipDetails,
  Person,
} from './directory-schemas.ts';
import {
  Deadline,
  Document,
  HistoryEntry,
  Instance,
  InstanceRow,
  Option,
  Recorded,
  StoredFile,
  Unmet,
} from './instance-schemas.ts';
import { flag, id, instant, list, nullable, record, text, whole } from './schema-parts.ts';
import { Workflow, WorkflowDetails } from './workflow-schemas.ts';

const next = nullable(
  text('Give this as `after` to get the page that follows; null on the last page'),
);

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
