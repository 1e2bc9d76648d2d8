import type { WorkflowDefinition } from '../../engine/definition.ts';

/** A small workflow with everything a step can meet: gates, parties, deadlines, effects, signals. */
export const APPROVAL: WorkflowDefinition = {
  id: 'approval',
  version: 1,
  title: 'Approval',
  summary: 'Two organisations answer, and an executive approves in time.',
  sources: ['made for tests'],
  instanceTitle: 'Approval: {subject}',
  start: {
    label: 'Ask for approval',
    by: ['manager'],
    form: { fields: ['subject'], required: ['subject'] },
    set: { parties: { cel: "partnership.organisations.map(o, {'organisation': o})" } },
  },
  data: {
    type: 'object',
    additionalProperties: false,
    required: ['subject', 'parties'],
    properties: {
      subject: { type: 'string', title: 'Subject', minLength: 1, maxLength: 100 },
      amount: { type: 'integer', format: 'money', title: 'Amount', default: 0 },
      parties: {
        type: 'array',
        title: 'Organisations',
        maxItems: 10,
        default: [],
        items: { type: 'object' },
      },
      answers: {
        type: 'array',
        title: 'Answers',
        maxItems: 10,
        default: [],
        items: { type: 'object' },
      },
      decideBy: { type: 'string', format: 'date', title: 'Decide by' },
      contact: { type: 'string', title: 'Contact', maxLength: 100, personal: true },
      note: { type: 'string', title: 'Note', maxLength: 500 },
    },
  },
  roles: {
    manager: { title: 'Manager', held: 'manager' },
    executive: { title: 'Executive', held: 'executive' },
    coordinator: { title: 'Coordinator', held: 'coordinator' },
  },
  settings: { days: { title: 'Working days to answer', type: 'integer', default: 10 } },
  deadlines: {
    answersDue: {
      title: 'Answers are due',
      from: 'entry',
      after: { workingDays: 'settings.days' },
      reminders: [{ before: { workingDays: 2 }, to: ['manager'], template: 'deadline-near' }],
      chases: { every: 'P7D', max: 3, to: ['manager'], template: 'deadline-passed' },
      owedBy: { manager: { cel: '!data.answers.exists(a, a.party == party)' } },
    },
    decisionDue: { title: 'The decision is due', from: 'data.decideBy', after: 'P0D' },
  },
  register: { title: 'Approvals', columns: ['subject', 'amount', 'decisionDue'] },
  machine: {
    initial: 'answering',
    states: {
      answering: {
        meta: { title: 'Waiting for answers', waiting: 'Each organisation answers.' },
        on: {
          ANSWER: {
            actions: [
              {
                type: 'record',
                params: {
                  upsert: {
                    list: 'answers',
                    key: { party: { from: 'party' } },
                    item: { object: { text: { from: 'event.text' } } },
                  },
                },
              },
            ],
            meta: {
              label: 'Answer',
              by: ['manager'],
              eachParty: true,
              story: 'Answered for {party}',
              form: {
                type: 'object',
                required: ['text'],
                properties: {
                  text: { type: 'string', title: 'Your answer', minLength: 1, maxLength: 200 },
                },
              },
            },
          },
          PLAN: {
            actions: [{ type: 'record' }],
            meta: {
              label: 'Plan the decision',
              by: ['manager', 'coordinator'],
              form: { fields: ['decideBy', 'amount', 'contact', 'note'] },
            },
          },
        },
        after: { answersDue: {}, decisionDue: { target: 'late' } },
        always: {
          target: 'deciding',
          guard: {
            type: 'everyParty',
            params: { in: 'answers', otherwise: 'Not every organisation has answered.' },
          },
        },
      },
      deciding: {
        meta: { title: 'Waiting for the decision' },
        entry: [
          {
            type: 'notify',
            params: {
              forEach: 'data.parties',
              to: ['executive'],
              of: 'item.organisation',
              template: 'task-assigned',
            },
          },
        ],
        on: {
          APPROVE: {
            target: 'approved',
            guard: {
              type: 'meets',
              params: {
                all: [
                  {
                    cel: 'data.amount > 0',
                    otherwise: 'The amount is not known.',
                    do: 'Plan the decision with an amount.',
                  },
                ],
              },
            },
            meta: { label: 'Approve', by: ['executive'], confirm: 'This is final.' },
          },
          SEND_BACK: {
            target: 'answering',
            actions: [{ type: 'record', params: { clear: ['answers'] } }],
            meta: { label: 'Send back', by: ['executive'] },
          },
          PLAN: {
            actions: [{ type: 'record' }],
            meta: {
              label: 'Plan the decision',
              by: ['manager', 'coordinator'],
              form: { fields: ['decideBy', 'amount'] },
            },
          },
          STOPPED_ELSEWHERE: { target: 'late', meta: { signal: ['parent'] } },
        },
        after: { decisionDue: { target: 'late' } },
      },
      approved: { type: 'final', meta: { title: 'Approved', outcome: 'good' } },
      late: { type: 'final', meta: { title: 'Not decided in time', outcome: 'bad' } },
    },
  },
};
