import type { Catalogue } from '../../engine/lint.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';

/** What `sampleWorkflow` may refer to. */
export const sampleCatalogue: Catalogue = {
  templates: {
    documents: new Set(['question-paper']),
    emails: new Set(['question-asked', 'question-answered', 'deadline-near', 'deadline-passed']),
  },
  workflows: new Set(['question', 'dispute']),
  membershipRoles: new Set(['coordinator', 'manager', 'signatory']),
};

/** A small workflow, clean to lint, that uses every part of the language. A fresh copy each time. */
export function sampleWorkflow(): WorkflowDefinition {
  return structuredClone(SAMPLE);
}

const SAMPLE: WorkflowDefinition = {
  id: 'question',
  version: 1,
  title: 'Question to the partners',
  summary: 'One organisation asks, every organisation answers, the paper is agreed.',
  sources: ['A guide, section 3'],
  instanceTitle: 'Question: {subject}',
  start: {
    label: 'Ask a question',
    by: ['asker'],
    form: { fields: ['subject', 'answerBy'], required: ['subject'] },
    set: {
      parties: { cel: "partnership.organisations.map(o, {'organisation': o})" },
      askedBy: { from: 'by.organisation' },
      level: 1,
    },
  },
  data: {
    type: 'object',
    properties: {
      subject: { type: 'string', title: 'What is asked', maxLength: 200 },
      answerBy: { type: 'string', format: 'date', title: 'Answer wanted by' },
      askedBy: { type: 'string', format: 'organisation', title: 'Asked by' },
      level: { type: 'integer', title: 'Level', minimum: 1, maximum: 3 },
      facilitator: { type: 'string', format: 'person', title: 'Facilitator' },
      contact: { type: 'string', title: 'Telephone', maxLength: 40, personal: true },
      outcome: { type: 'string', title: 'What was decided', maxLength: 2000, multiline: true },
      parties: {
        type: 'array',
        title: 'Organisations',
        maxItems: 20,
        items: {
          type: 'object',
          properties: {
            organisation: { type: 'string', format: 'organisation', title: 'Organisation' },
          },
        },
      },
      answers: {
        type: 'array',
        title: 'Answers',
        maxItems: 20,
        default: [],
        items: { $ref: '#/$defs/answer' },
      },
      signatures: {
        type: 'array',
        title: 'Signatures',
        maxItems: 40,
        default: [],
        items: {
          type: 'object',
          properties: {
            party: { type: 'string', format: 'organisation', title: 'Organisation' },
            person: { type: 'string', format: 'person', title: 'Person' },
            manifest: { type: 'string', maxLength: 100, title: 'Text that was signed' },
          },
        },
      },
    },
    $defs: {
      answer: {
        type: 'object',
        properties: {
          party: { type: 'string', format: 'organisation', title: 'Organisation' },
          text: { type: 'string', maxLength: 2000, title: 'Answer' },
          state: { type: 'string', enum: ['yes', 'no'], title: 'Yes or no' },
        },
      },
    },
  },
  roles: {
    asker: { title: 'Asker', held: ['manager', 'coordinator'], of: 'data.askedBy' },
    manager: { title: 'Manager', held: 'manager' },
    signatory: { title: 'Signatory', held: 'signatory' },
    facilitator: { title: 'Facilitator', person: 'data.facilitator' },
  },
  access: { seenBy: ['asker', 'manager'], sharedWhen: 'has(data.outcome)' },
  settings: {
    days: {
      title: 'Working days to answer',
      type: 'integer',
      default: 10,
      minimum: 1,
      maximum: 60,
    },
  },
  deadlines: {
    answerDue: {
      title: 'Answers are due',
      from: 'entry',
      after: { workingDays: 'settings.days' },
      reminders: [{ before: { workingDays: 2 }, to: ['manager'], template: 'deadline-near' }],
      chases: { every: 'P7D', max: 3, to: ['manager'], template: 'deadline-passed' },
      owedBy: { manager: { cel: '!data.answers.exists(a, a.party == party)' } },
    },
    wantedBy: { title: 'The answer is wanted', from: 'data.answerBy', before: 'P1W' },
  },
  locked: [
    { fields: ['outcome'], when: 'size(data.signatures) > 0', otherwise: 'Ask a new question.' },
  ],
  register: { title: 'Questions', columns: ['subject', 'askedBy', 'state', 'answerDue'] },
  machine: {
    initial: 'open',
    states: {
      open: {
        meta: { title: 'Waiting for answers', waiting: 'Every organisation answers.' },
        entry: [{ type: 'notify', params: { to: ['manager'], template: 'question-asked' } }],
        on: {
          ANSWER: {
            actions: [
              {
                type: 'record',
                params: {
                  upsert: {
                    list: 'answers',
                    key: { party: { from: 'event.party' } },
                    item: {
                      object: { text: { from: 'event.text' }, state: { from: 'event.state' } },
                    },
                  },
                },
              },
            ],
            meta: {
              label: 'Answer the question',
              by: ['manager'],
              eachParty: true,
              form: {
                type: 'object',
                required: ['text', 'state'],
                properties: {
                  text: { type: 'string', title: 'Your answer', maxLength: 2000, multiline: true },
                  state: { type: 'string', title: 'Yes or no', enum: ['yes', 'no'] },
                },
              },
              story: '{party} answered',
            },
          },
          ESCALATED: {
            actions: [{ type: 'record', params: { set: { level: { cel: 'data.level + 1' } } } }],
            meta: { signal: ['child'] },
          },
          RAISE: {
            actions: [
              {
                type: 'start',
                params: {
                  name: 'dispute',
                  workflow: 'dispute',
                  data: { subject: { from: 'data.subject' } },
                },
              },
            ],
            meta: { label: 'Raise a dispute', by: ['asker'] },
          },
          WITHDRAW: {
            target: 'withdrawn',
            actions: [{ type: 'signal', params: { to: 'children', event: 'WITHDRAW' } }],
            meta: {
              label: 'Withdraw the question',
              by: ['asker'],
              grave: true,
              confirm: 'Nobody can answer any more.',
            },
          },
        },
        after: { answerDue: {}, wantedBy: {} },
        always: {
          target: 'deciding',
          guard: {
            type: 'everyParty',
            params: { in: 'answers', where: { state: 'yes' }, otherwise: 'Not all have answered.' },
          },
        },
      },
      deciding: {
        meta: { title: 'The paper is agreed' },
        initial: 'writing',
        states: {
          writing: {
            meta: { title: 'The paper is written' },
            entry: {
              type: 'document',
              params: {
                name: 'paper',
                template: 'question-paper',
                title: 'The paper',
                data: { subject: { from: 'data.subject' } },
              },
            },
            on: {
              'effect.document.paper': {
                target: 'signing',
                actions: [
                  {
                    type: 'ask',
                    params: {
                      to: ['signatory'],
                      forEach: 'data.parties',
                      of: 'item.organisation',
                      event: 'SIGN',
                      document: 'paper',
                      template: 'question-answered',
                      expires: 'P30D',
                    },
                  },
                ],
              },
            },
          },
          signing: {
            meta: { title: 'Waiting for signatures' },
            on: {
              SIGN: {
                actions: {
                  type: 'record',
                  params: {
                    append: {
                      list: 'signatures',
                      item: {
                        object: {
                          party: { from: 'event.party' },
                          person: { from: 'by.person' },
                          manifest: { from: 'event.manifest' },
                        },
                      },
                    },
                  },
                },
                meta: {
                  label: 'Agree to the paper',
                  by: ['signatory'],
                  eachParty: true,
                  decides: 'paper',
                },
              },
            },
            always: {
              target: 'signed',
              guard: {
                type: 'signedOff',
                params: {
                  signatures: 'signatures',
                  document: 'paper',
                  otherwise: 'Not everybody has agreed.',
                },
              },
            },
          },
          signed: { type: 'final', meta: { title: 'All agreed', outcome: 'good' } },
        },
        onDone: {
          target: 'closing',
          actions: {
            type: 'calendar',
            params: {
              to: ['asker'],
              name: 'answer',
              title: 'The answer is there',
              on: 'data.answerBy',
            },
          },
        },
      },
      closing: {
        meta: { title: 'The outcome is recorded' },
        on: {
          CLOSE: {
            target: 'closed',
            actions: [{ type: 'record' }],
            guard: {
              type: 'meets',
              params: {
                all: [
                  {
                    cel: "size(data.answers) > 0 && event.outcome.matches('[A-Z].*')",
                    otherwise: 'Begin the outcome with a capital letter.',
                  },
                  {
                    none: "data.answers.filter(a, a.state == 'no').map(a, {'organisation': a.party})",
                    otherwise: 'These organisations said no.',
                    do: 'Talk to them first.',
                  },
                  {
                    schema: {
                      type: 'object',
                      properties: { data: { type: 'object', required: ['subject'] } },
                    },
                    otherwise: 'Say what is asked.',
                  },
                ],
              },
            },
            meta: {
              label: 'Record the outcome',
              by: ['asker', 'facilitator'],
              form: {
                type: 'object',
                required: ['outcome'],
                properties: {
                  outcome: { type: 'string', title: 'What was decided', maxLength: 2000 },
                  contact: { type: 'string', title: 'Telephone', maxLength: 40, personal: true },
                },
              },
            },
          },
        },
      },
      closed: { type: 'final', meta: { title: 'Answered', outcome: 'good' } },
      withdrawn: { type: 'final', meta: { title: 'Withdrawn', outcome: 'neutral' } },
    },
  },
};
