import type { Answers } from './answer-form.ts';
import { COUNCIL, HOUSE } from './cast.ts';
import { doEvent } from './do-event.ts';
import type { StoryServer } from './story-server.ts';
import type { Visitor } from './visitor.ts';

type Deed = readonly [label: string, answers: Answers];

/** What stage 1 asks for, besides the readiness of each organisation. */
export const PREPARE: readonly Deed[] = [
  ['Look at the readiness of each organisation', { 'Readiness answers are due on': '2024-04-05' }],
  [
    'Agree on local needs, goals and the model of service',
    {
      'What local people need that they do not get now': 'They tell their story to five offices.',
      'What the partnership is to achieve for them': 'One door, and one plan for each family.',
      'Who the service is for, and who decides who is eligible':
        'Anybody who is not safe at home. The duty worker decides.',
      'Which model of service':
        'At one place: the other service comes to us, or we reach out (co-location, outreach)',
      'Why this model': 'People in danger will not travel between offices.',
    },
  ],
  [
    'Secure money and resources',
    { 'Cost of design and setting up': '24,000', 'Cost of running it, each year': '93,000' },
  ],
];

/** An organisation that has shown its readiness on paper. */
export const READY_ON_PAPER: readonly Deed[] = [COUNCIL, HOUSE].map((organisation) => [
  'Record readiness shown in another way',
  {
    Organisation: organisation,
    'What shows its readiness, and where it can be seen': 'Its report of last spring, on file.',
  },
]);

/** What stage 2 asks for, besides the agreement. */
export const DESIGN: readonly Deed[] = [
  [
    'Agree on goals, commitment and governance',
    {
      'Goals that all partners agree on': 'One door.',
      'What each partner commits to': 'One worker each, and two rooms.',
      'How decisions are made': 'Together, at the board, every quarter.',
    },
  ],
  [
    'Agree on how to begin (design and trial)',
    {
      'How will you begin': 'Step by step',
      'What happens when': 'Two workers in April, the others in June.',
      'How you will find out whether it works': 'A survey of clients in the autumn.',
    },
  ],
  [
    'Agree on how to bridge differences',
    {
      'Where the organisations and professions differ': 'Case notes are kept differently.',
      'What you will do about it': 'One template, tried for three months.',
      'What happens when professionals disagree about a client':
        'Their two supervisors decide within five days.',
    },
  ],
];

/** The terms of the memorandum, form by form, as the steps of its page call them. */
export const TERMS: readonly Deed[] = [
  [
    'Parties and who signs for each',
    {
      Parties: [
        {
          'What it is': 'Local authority',
          Address: 'County Hall, Northshire NS1 1AA',
          'Where notices go': {
            'For the attention of': 'The Chief Executive',
            'E-mail address for notices': 'notices@northshire.example',
          },
        },
        {
          'What it is': 'Charity',
          Address: '14 Weavers Row, Northshire NS2 5TN',
          'Where notices go': {
            'For the attention of': 'The Chair of trustees',
            'E-mail address for notices': 'office@lodz-house.example',
          },
        },
      ],
    },
  ],
  [
    'Background, purposes and outcomes',
    {
      Background: 'We met the same families in five offices.',
      'Who the partnership is for': 'people who are not safe at home',
      Purposes: ['One door to come to', 'One plan for each family'],
      Outcomes: ['Nobody tells their story twice'],
    },
  ],
  [
    'Commitments and contributions',
    {
      Contributions: [
        {
          Organisation: COUNCIL,
          'What it contributes': 'One coordinator',
          Value: '46,500',
          When: 'From the start',
        },
        { Organisation: HOUSE, 'What it contributes': 'Two rooms' },
      ],
    },
  ],
  [
    'Governance and decisions',
    {
      'Name of the governing group': 'Safe at Home Board',
      'How often it meets': 'every quarter',
      'Parties needed for a decision': '2',
      'How the group decides': 'By consensus: no party objects',
    },
  ],
  [
    'Information sharing',
    {
      'Why information is shared': 'keep people safe',
      'Lawful basis for sharing': 'public task, and explicit consent',
    },
  ],
  [
    'Staff',
    {
      'Who employs and who directs staff':
        'Staff keep their employer and work from another party’s premises',
    },
  ],
  ['Money', { 'How costs are borne': 'The parties pay the contributions listed' }],
  ['Complaints and disputes', { 'Last step in a dispute': 'Mediation' }],
  [
    'Review',
    {
      'How often the partnership is reviewed': 'every year',
      'First review due on': '2025-04-01',
      'A different last day for notice or the budget': '2025-03-03',
    },
  ],
  [
    'Start, end and notice',
    { 'Starts on': '2024-04-01', 'Ends on': '2027-03-31', 'Months of notice to leave': '3' },
  ],
];

/** Does one after the other on the page of a record. */
export async function doAll(
  server: Pick<StoryServer, 'settle'>,
  somebody: Visitor,
  deeds: readonly Deed[],
): Promise<void> {
  for (const [label, answers] of deeds) await doEvent(server, somebody, label, answers);
}
