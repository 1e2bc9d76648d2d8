import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { SignalSource } from '../definition.ts';
import { ConcordatError } from '../errors.ts';
import type { JsonObject } from '../json-value.ts';
import { objectOf, type SchemaPart, text } from '../lint/schema/schema-parts.ts';

/** A file of scenarios: `workflows/<id>.scenarios.json`. */
export interface ScenarioFile {
  readonly $schema?: string;
  readonly workflow: string;
  readonly scenarios: readonly Scenario[];
}

/** One story with its expectations; its name is the guarantee it shows. */
export interface Scenario {
  readonly name: string;
  /** When it begins: a UTC instant. */
  readonly at: string;
  readonly timeZone?: string;
  /** The region whose public holidays count, e.g. "GB-ENG". */
  readonly region?: string;
  /** Organisations by id, with their names. */
  readonly organisations: Readonly<Record<string, string>>;
  readonly partnership?: {
    readonly lead: string;
    readonly organisations?: readonly string[];
    readonly title?: string;
  };
  readonly settings?: JsonObject;
  readonly start: ScenarioStart;
  readonly expect?: Expectation;
  readonly steps: readonly ScenarioStep[];
}

interface ScenarioStart {
  readonly by?: ScenarioPerson;
  /** The start form. */
  readonly with?: JsonObject;
  /** What another workflow hands over. */
  readonly data?: JsonObject;
}

interface ScenarioPerson {
  readonly person: string;
  readonly organisation: string;
  /** A role of the workflow, or a membership role. */
  readonly role: string;
}

/** First it is waited, then something happens, then it is looked. */
export interface ScenarioStep {
  readonly note?: string;
  /** A length of time such as "P3D". */
  readonly wait?: string;
  /** A UTC instant, or a date (09:00 where the instance is). */
  readonly until?: string;
  readonly event?: string;
  readonly by?: ScenarioPerson;
  readonly with?: JsonObject;
  /** The event comes from another instance. */
  readonly signal?: {
    readonly from: SignalSource;
    readonly instance?: string;
    readonly workflow?: string;
  };
  readonly correct?: { readonly changes: JsonObject; readonly reason: string };
  readonly expect?: Expectation;
}

/**
 * What has to be so after a step. `mails`, `documents`, `started` and `signals` name what has come
 * since the step before; each must be among it, and an empty list says that there was none.
 */
export interface Expectation {
  /** A dotted path or the title of a state that is active. */
  readonly state?: string;
  readonly status?: 'active' | 'done';
  /** The event is refused; part of the sentence, or the code. */
  readonly refused?: string;
  readonly mails?: readonly ExpectedMail[];
  readonly documents?: readonly string[];
  /** Ids of workflows. */
  readonly started?: readonly string[];
  /** Names of events sent to other instances. */
  readonly signals?: readonly string[];
  /** Parts of the data; null for a field that is not there. */
  readonly data?: JsonObject;
  /** The last day of running deadlines, where the instance is; null when not known or not running. */
  readonly due?: Readonly<Record<string, string | null>>;
  /** The organisations that are still waited for, all of them. */
  readonly waitingFor?: readonly string[];
}

export interface ExpectedMail {
  readonly template: string;
  readonly to?: readonly string[];
  readonly of?: string;
}

const object = (description: string): SchemaPart => ({ description, type: 'object' });
const texts = (description: string): SchemaPart => ({
  description,
  type: 'array',
  items: { type: 'string', maxLength: 200 },
  maxItems: 100,
});
const instant: SchemaPart = {
  description: 'A UTC instant, such as "2027-03-01T10:00:00Z".',
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{3})?)?Z$',
};
const person = objectOf<ScenarioPerson>(
  'Who does it.',
  { person: text('Id.'), organisation: text('Id.'), role: text('A role.') },
  ['person', 'organisation', 'role'],
);
const expectation = objectOf<Expectation>('What has to be so.', {
  state: text('A dotted path, or the title of a state.'),
  status: { description: 'Whether it goes on.', enum: ['active', 'done'] },
  refused: text('Part of the sentence that refuses the event.', 1000),
  mails: {
    description: 'Mails since the step before.',
    type: 'array',
    maxItems: 100,
    items: objectOf<ExpectedMail>(
      'A mail.',
      { template: text('Id.'), to: texts('Roles.'), of: text('Organisation.') },
      ['template'],
    ),
  },
  documents: texts('Names of documents made since the step before.'),
  started: texts('Ids of workflows started since the step before.'),
  signals: texts('Events sent to other instances since the step before.'),
  data: object('Parts of the data.'),
  due: {
    description: 'Deadlines with their last day.',
    type: 'object',
    additionalProperties: { type: ['string', 'null'], maxLength: 10 },
  },
  waitingFor: texts('Organisations.'),
});

const schema: SchemaPart = objectOf<ScenarioFile>(
  'Scenarios of a workflow.',
  {
    $schema: text('For editors.'),
    workflow: text('The id of the workflow.'),
    scenarios: {
      description: 'The scenarios.',
      type: 'array',
      minItems: 1,
      maxItems: 200,
      items: objectOf<Scenario>(
        'One scenario.',
        {
          name: text('The guarantee it shows.'),
          at: instant,
          timeZone: text('An IANA name.'),
          region: text('A region with its public holidays.'),
          organisations: {
            description: 'Names by id.',
            type: 'object',
            minProperties: 1,
            additionalProperties: { type: 'string', maxLength: 200 },
          },
          partnership: objectOf<NonNullable<Scenario['partnership']>>(
            'The partnership.',
            { lead: text('Id.'), organisations: texts('Ids.'), title: text('Its name.') },
            ['lead'],
          ),
          settings: object('Settings that differ from the defaults.'),
          start: objectOf<ScenarioStart>('How it begins.', {
            by: person,
            with: object('The start form.'),
            data: object('What another workflow hands over.'),
          }),
          expect: expectation,
          steps: {
            description: 'What happens.',
            type: 'array',
            maxItems: 300,
            items: objectOf<ScenarioStep>('One step.', {
              note: text('A note for readers.', 1000),
              wait: text('A length of time.', 40),
              until: text('An instant or a date.', 40),
              event: text('An event.', 80),
              by: person,
              with: object('The form.'),
              signal: objectOf<NonNullable<ScenarioStep['signal']>>(
                'The event comes from another instance.',
                {
                  from: {
                    description: 'What it is to this one.',
                    enum: ['parent', 'child', 'partnership', 'linked'],
                  },
                  instance: text('Its id.'),
                  workflow: text('Its workflow.'),
                },
                ['from'],
              ),
              correct: objectOf<NonNullable<ScenarioStep['correct']>>(
                "A coordinator's correction.",
                { changes: object('New values.'), reason: text('Why.', 1000) },
                ['changes', 'reason'],
              ),
              expect: expectation,
            }),
          },
        },
        ['name', 'at', 'organisations', 'start', 'steps'],
      ),
    },
  },
  ['workflow', 'scenarios'],
);

let compiled: ValidateFunction | undefined;

/**
 * Reads a file of scenarios. A word that is not known is refused (`definition-refused`), because an
 * expectation that nobody looks at shows nothing.
 */
export function readScenarios(value: unknown): ScenarioFile {
  compiled ??= new Ajv2020({ allErrors: true, strict: false }).compile(schema);
  if (compiled(value)) return value as ScenarioFile;
  const problems = (compiled.errors ?? [])
    .map(({ instancePath, message, params }) => {
      const name = (params as { additionalProperty?: string }).additionalProperty;
      return `${instancePath || '/'} ${message ?? ''}${name === undefined ? '' : ` ("${name}")`}`;
    })
    .slice(0, 10);
  throw new ConcordatError('definition-refused', `scenarios refused: ${problems.join('; ')}`, {
    userMessage: `The scenarios cannot be read: ${problems.join('; ')}.`,
    details: { problems },
  });
}
