import type { DemoWorld } from '../demo-world.ts';
import { agreeOnText, party, sign, writeAgreement } from './agreement-acts.ts';
import { answerReadiness, closeReadinessPlans } from './answer-readiness.ts';
import { HOME_FROM_HOSPITAL } from './cast.ts';
import { beginPartnership } from './set-the-scene.ts';
import { planYearlyRounds } from './yearly-rounds.ts';

/** The first partnership, from its first conversation to the day on which delivery begins. */
export interface HomeFromHospital {
  readonly id: string;
  /** The partnership's own course. */
  readonly course: string;
  readonly memorandum: string;
}

const TITLE = 'Home from Hospital';

export async function prepareHomeFromHospital(
  world: DemoWorld,
): Promise<Omit<HomeFromHospital, 'memorandum'>> {
  const { dates } = world;
  const id = await beginPartnership(world, {
    form: {
      title: TITLE,
      purpose:
        'People leave hospital as soon as they are well enough, with the support at home they need already in place.',
      area: 'Marlowe Vale',
    },
    lead: 'council',
    partners: ['trust', 'lodz'],
    people: HOME_FROM_HOSPITAL,
  });
  const { id: course } = await world.find(id, 'partnership');
  await world.act('amara', course, 'PLAN_STAGE', {
    needsOwner: world.person('amara').id,
    needsDue: dates.date(1, 14),
    fundingOwner: world.person('amara').id,
    fundingDue: dates.date(1, 21),
  });
  await world.act('amara', course, 'ASK_READINESS', { readinessDue: dates.date(1) });

  const readinessOf = async (key: string): Promise<string> =>
    (await world.find(id, 'readiness', world.organisation(key))).id;
  await world.until(0, 10);
  await answerReadiness(world, {
    who: 'amara',
    instance: await readinessOf('council'),
    byMail: false,
    plansDue: dates.date(4),
  });
  await world.until(0, 16);
  await answerReadiness(world, {
    who: 'niamh',
    instance: await readinessOf('trust'),
    byMail: true,
    plansDue: dates.date(4),
  });
  // Łódź House is late: it is reminded, the coordinator is told, and it is reminded again.
  await world.until(1, 9);
  await answerReadiness(world, {
    who: 'zofia',
    instance: await readinessOf('lodz'),
    byMail: true,
    plansDue: dates.date(4),
  });

  await world.act('amara', course, 'RECORD_NEEDS', {
    localNeeds:
      'One person in five stays in hospital longer than they need to, mostly over weekends, because support at home is arranged too late.',
    sharedGoals: 'Nobody waits more than a day for support at home.',
    clientGroup: 'Adults who leave hospital and need help at home',
    serviceModel: 'integrated',
    modelReason: 'Needs change within days, so health and care have to plan together.',
    degree: 'collaboration',
  });
  await world.act('amara', course, 'RECORD_FUNDING', {
    establishmentCosts: 8_500_000,
    operatingCosts: 42_000_000,
    expectedSavings: 30_000_000,
    fundingSources: [
      { source: 'Council budget', amount: 24_000_000, until: dates.date(24), certainty: 'agreed' },
      { source: 'Trust budget', amount: 22_000_000, until: dates.date(24), certainty: 'agreed' },
      { source: 'Community grant', amount: 4_500_000, until: dates.date(18), certainty: 'likely' },
    ],
    resources: 'Two rooms at the hospital, a shared telephone line.',
  });
  await world.act('amara', course, 'BEGIN_DESIGN');
  return { id, course };
}

export async function designHomeFromHospital(world: DemoWorld, course: string): Promise<void> {
  const { dates } = world;
  await world.until(1, 20);
  await world.act('amara', course, 'PLAN_STAGE', {
    goalsOwner: world.person('niamh').id,
    goalsDue: dates.date(2, 10),
    approachOwner: world.person('zofia').id,
    approachDue: dates.date(2, 20),
    bridgingOwner: world.person('amara').id,
    bridgingDue: dates.date(2, 25),
    agreementOwner: world.person('amara').id,
    agreementDue: dates.date(5),
  });
  await world.act('niamh', course, 'RECORD_GOALS', {
    agreedGoals: 'Nine in ten people go home on the day that was planned.',
    commitment: 'Each organisation names one director who answers for its part.',
    governance: 'The Home from Hospital Board meets every quarter and reports to each board.',
    barrierGroup: 'The Marlowe Vale executive group removes what the teams cannot.',
  });
  await world.until(2, 5);
  await world.act('zofia', course, 'RECORD_APPROACH', {
    beginning: 'trial',
    approachPlan: 'Begin with two wards, and add wards every quarter.',
    trialStarts: dates.date(6),
    trialEnds: dates.date(12),
    trialLimit: 'Two wards, at most forty people at a time.',
    evaluationPlan: 'Days waited, people back in hospital within a month, what people say.',
  });
  await world.act('amara', course, 'RECORD_BRIDGING', {
    differences: 'The hospital counts days, the council counts hours of support.',
    bridges: 'One sheet with both, filled in once.',
    disagreementRule: 'The two team leaders talk on the same day; then their directors.',
    clientVoice: 'Two people who have been through it sit on the board.',
  });
}

/** A comment, a condition, a changed text, a question: and then three executives sign. */
export async function agreeMemorandum(world: DemoWorld, partnership: string): Promise<string> {
  const { dates } = world;
  await world.until(2, 12);
  const memorandum = await world.start('amara', 'agreement', partnership, {
    title: `${TITLE}: memorandum of understanding`,
    kind: 'mou',
    isSection75: false,
  });
  await writeAgreement(world, 'amara', memorandum, {
    EDIT_ABOUT: {
      title: `${TITLE}: memorandum of understanding`,
      partnershipName: TITLE,
      kind: 'mou',
      legalEffect: 'not-binding',
    },
    EDIT_PARTIES: {
      parties: [
        party(world, 'council', { kind: 'council', part: 'lead', notices: 'rhodri' }),
        party(world, 'trust', {
          kind: 'nhs-body',
          part: 'partner',
          notices: 'helena',
          inOrder: ['grainne', 'helena'],
        }),
        party(world, 'lodz', { kind: 'charity', part: 'partner', notices: 'lucja' }),
      ],
    },
    EDIT_PURPOSES: {
      background:
        'The three organisations meet the same people in the same week, and ask them the same questions.',
      people: 'adults who leave hospital and need help at home',
      area: 'Marlowe Vale',
      purposes: [
        'Support at home is arranged before somebody leaves hospital',
        'One plan for each person, written with them',
      ],
      outcomes: ['Nobody waits more than a day for support at home'],
      principles: ['We tell people the truth about what we can do', 'We ask once'],
    },
    EDIT_COMMITMENTS: {
      contributions: [
        {
          organisation: world.organisation('council'),
          what: 'Three care coordinators',
          amount: 12_600_000,
          when: 'From the start',
        },
        {
          organisation: world.organisation('trust'),
          what: 'Two rooms beside the discharge lounge',
        },
        {
          organisation: world.organisation('lodz'),
          what: 'Volunteers who visit in the first week',
        },
      ],
    },
    EDIT_GOVERNANCE: {
      governanceGroup: 'Home from Hospital Board',
      governanceChair: 'Director of Adult Social Services',
      meetingsEvery: 'quarterly',
      quorum: 2,
      decisionRule: 'consensus',
      reportsTo: 'the boards of the three organisations',
    },
    EDIT_INFORMATION: {
      informationPurpose: 'plan support at home',
      informationTypes: ['Name and address', 'What somebody needs at home'],
      informationLegalBasis: 'public task, and consent for what a volunteer is told',
      informationLead: world.organisation('council'),
    },
    EDIT_STAFF: { staffArrangement: 'hosted' },
    EDIT_MONEY: { moneyArrangement: 'contributions', moneyHolder: world.organisation('council') },
    EDIT_DISPUTES: {
      disputeWorkingDaysPerLevel: 10,
      disputeFinalStep: 'facilitation',
      complaintsLead: world.organisation('council'),
      complaintsWorkingDays: 20,
    },
    EDIT_REVIEW: {
      reviewEvery: 'yearly',
      firstReviewDate: dates.date(17),
      lastNoticeDay: dates.date(16, 15),
    },
    EDIT_TERM: { startDate: dates.date(5), endDate: dates.date(41), noticeMonths: 3 },
    PUBLISH: {},
  });
  await world.until(2, 18);
  await world.actByMail('zofia', memorandum, 'COMMENT', {
    clause: 'Staff',
    comment: 'Volunteers are no staff. Say that they keep their own coordinator at Łódź House.',
  });
  await world.act('amara', memorandum, 'ANSWER_COMMENT', {
    number: 1,
    answer: 'Right. The next version says so.',
  });
  await world.actByMail('niamh', memorandum, 'AGREE_IF', {
    condition: 'The board can stop the trial at once if people come to harm.',
  });
  await world.until(2, 24);
  await world.act('amara', memorandum, 'CHANGE_TEXT', {
    changeReason: 'Volunteers, and the right to stop the trial.',
  });
  await world.act('amara', memorandum, 'EDIT_STAFF', {
    staffArrangement: 'hosted',
    staffDetails: 'Volunteers stay with their coordinator at Łódź House.',
  });
  await world.act('amara', memorandum, 'PUBLISH', {
    changeSummary:
      'Volunteers stay with their own coordinator. The board can stop the trial at once if people come to harm.',
  });
  await world.until(3, 3);
  await agreeOnText(world, memorandum, ['amara', 'niamh', 'zofia']);
  await closeReadinessPlans(world, partnership, {
    amara: 'council',
    niamh: 'trust',
    zofia: 'lodz',
  });
  await world.until(3, 20);
  await world.act('rhodri', memorandum, 'RECORD_DECISION', {
    decidedOn: world.today(),
    decidedBy: 'Cabinet',
    reference: 'Minute 14',
  });
  await world.act('amara', memorandum, 'START_SIGNING');
  await sign(world, memorandum, 'rhodri', 'Chief Executive', 'Cabinet minute 14');
  await world.until(3, 24);
  await world.actByMail('lucja', memorandum, 'ASK_QUESTION', {
    question: 'Does this bind Łódź House in law?',
  });
  await world.act('amara', memorandum, 'ANSWER_QUESTION', {
    number: 1,
    answer: 'No. The last clause says that it does not.',
  });
  await sign(world, memorandum, 'grainne', 'Chair of the board', 'Resolution of the board');
  await sign(world, memorandum, 'lucja', 'Director', 'Resolution of the trustees');
  // The chief executive of the trust signs after its chair, once a reminder has come.
  await world.until(4, 8);
  await sign(world, memorandum, 'helena', 'Chief Executive', 'Standing orders 4.2');
  return memorandum;
}

export async function beginDelivery(
  world: DemoWorld,
  { course }: { readonly course: string },
): Promise<void> {
  const { dates } = world;
  await world.until(5);
  await world.act('amara', course, 'BEGIN_DELIVERY', {
    deliveryDecidedBy: 'Home from Hospital Board',
    deliveryDecidedOn: world.today(),
    deliveryStartsOn: dates.date(5, 7),
    feedbackDue: dates.date(17),
    monitoringDue: dates.date(17),
  });
  await world.act('amara', course, 'PLAN_STAGE', {
    operationsOwner: world.person('niamh').id,
    operationsDue: dates.date(6),
    tasksOwner: world.person('zofia').id,
    tasksDue: dates.date(6, 10),
    feedbackOwner: world.person('zofia').id,
    monitoringOwner: world.person('amara').id,
  });
  await world.until(5, 20);
  await world.act('niamh', course, 'RECORD_OPERATIONS', {
    standards: 'The hospital’s standard of discharge and the council’s standard of care at home.',
    dataSharing: 'The discharge sheet, through the secure mailbox.',
    infrastructure: 'Two rooms, one telephone line, the shared calendar.',
    staffing: 'Three coordinators, one nurse, twelve volunteers.',
    eligibility: 'Adults who live in Marlowe Vale.',
  });
  await world.act('zofia', course, 'RECORD_TASKS', {
    recurringTasks: [
      {
        task: 'Minutes of the board',
        organisation: world.organisation('council'),
        post: 'Officer',
      },
      {
        task: 'Training of volunteers',
        organisation: world.organisation('lodz'),
        post: 'Volunteer coordinator',
      },
    ],
  });
  planYearlyRounds(world, {
    course,
    who: 'amara',
    firstMonth: 17,
    staff: ['Less waiting on the telephone.', 'The shared sheet saves an hour a day.'],
    clients: ['“I was home when they said I would be.”', '“Somebody came the first evening.”'],
    results: [
      'Seven in ten people went home on the day that was planned.',
      'Eight in ten people went home on the day that was planned.',
      'Nearly nine in ten people went home on the day that was planned.',
    ],
  });
  world.onDay(12, 14, () =>
    world.act('amara', course, 'RECORD_EVALUATION', {
      evaluation: 'Waiting fell from four days to one. Nobody came to harm.',
      afterTrial: 'goOn',
    }),
  );
}
