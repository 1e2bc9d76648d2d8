import type { DemoWorld } from '../demo-world.ts';
import { agreeOnText, party, sign, writeAgreement } from './agreement-acts.ts';
import { answerReadiness, closeReadinessPlans } from './answer-readiness.ts';
import { SAFE_AT_HOME } from './cast.ts';
import { beginPartnership } from './set-the-scene.ts';
import { planYearlyRounds } from './yearly-rounds.ts';

export interface SafeAtHome {
  readonly id: string;
  readonly course: string;
  readonly memorandum: string;
}

const TITLE = 'Safe at Home';

/** A charity leads; families cannot wait, so delivery begins unsigned until a day that is recorded. */
export async function beginSafeAtHome(world: DemoWorld): Promise<Omit<SafeAtHome, 'memorandum'>> {
  const { dates } = world;
  await world.until(8);
  const id = await beginPartnership(world, {
    form: {
      title: TITLE,
      purpose: 'Families who live with violence get safe, and tell their story once.',
      area: 'Marlowe and Ŵyn Bridge',
    },
    lead: 'lodz',
    partners: ['council', 'helen'],
    people: SAFE_AT_HOME,
  });
  const { id: course } = await world.find(id, 'partnership');
  await world.act('zofia', course, 'ASK_READINESS', { readinessDue: dates.date(9) });
  await world.until(8, 8);
  const readinessOf = async (key: string): Promise<string> =>
    (await world.find(id, 'readiness', world.organisation(key))).id;
  await answerReadiness(world, {
    who: 'zofia',
    instance: await readinessOf('lodz'),
    byMail: false,
    plansDue: dates.date(11),
  });
  await answerReadiness(world, {
    who: 'oliver',
    instance: await readinessOf('council'),
    byMail: true,
    plansDue: dates.date(11),
  });
  await world.until(8, 15);
  await answerReadiness(world, {
    who: 'eleni',
    instance: await readinessOf('helen'),
    byMail: true,
    plansDue: dates.date(11),
  });
  await world.act('zofia', course, 'RECORD_NEEDS', {
    localNeeds: 'Families go to five offices, and tell their story in each.',
    sharedGoals: 'One door, one plan, and a safe place on the same day.',
    clientGroup: 'Families who live with violence',
    serviceModel: 'colocated',
    modelReason: 'Safety is decided within hours, so the services have to be in one place.',
    degree: 'coordination',
  });
  await world.act('zofia', course, 'RECORD_FUNDING', {
    establishmentCosts: 3_000_000,
    operatingCosts: 18_000_000,
    fundingSources: [
      { source: 'Lottery grant', amount: 15_000_000, until: dates.date(44), certainty: 'agreed' },
      { source: 'Council grant', amount: 6_000_000, until: dates.date(44), certainty: 'agreed' },
    ],
  });
  await world.act('zofia', course, 'BEGIN_DESIGN');
  await world.until(9, 5);
  await world.act('zofia', course, 'RECORD_GOALS', {
    agreedGoals: 'Every family has a safety plan within two days.',
    commitment: 'Each organisation gives two people, who sit in one room.',
    governance: 'The Safe at Home group meets every month.',
  });
  await world.act('oliver', course, 'RECORD_APPROACH', {
    beginning: 'full',
    approachPlan: 'All three organisations move into the house at Weavers Row.',
    evaluationPlan: 'Days until a family is safe; families who come back.',
  });
  await world.act('nikos', course, 'RECORD_BRIDGING', {
    differences: 'The council must open a file; the charities may not pass one on.',
    bridges: 'The family decides what is shared, and signs for it.',
    disagreementRule: 'Safety first; then the managers talk the same day.',
  });
  await world.until(9, 20);
  await world.act('rhodri', course, 'BEGIN_UNSIGNED', {
    deliveryDecidedBy: 'Chief executives of the three organisations',
    deliveryDecidedOn: world.today(),
    deliveryStartsOn: dates.date(9, 21),
    unsignedReason: 'Families cannot wait until the trustees of all three have met.',
    unsignedUntil: dates.date(13, 15),
    feedbackDue: dates.date(21),
    monitoringDue: dates.date(21),
  });
  planYearlyRounds(world, {
    course,
    who: 'zofia',
    firstMonth: 21,
    staff: ['Sitting in one room has changed everything.', 'The rota at weekends is hard to fill.'],
    clients: ['“I told it once.”', '“Nobody sent me away.”'],
    results: ['Nine families in ten have a safety plan within two days.'],
  });
  await world.act('zofia', course, 'PLAN_STAGE', {
    operationsOwner: world.person('zofia').id,
    operationsDue: dates.date(10, 10),
    tasksOwner: world.person('nikos').id,
    tasksDue: dates.date(10, 10),
    feedbackOwner: world.person('nikos').id,
    monitoringOwner: world.person('oliver').id,
  });
  await world.until(10);
  await world.act('zofia', course, 'RECORD_OPERATIONS', {
    standards: 'The standards of the national network of refuges.',
    dataSharing: 'Only with the family’s written consent, except where a child is in danger.',
    infrastructure: 'Three rooms and a safe entrance at Weavers Row.',
    staffing: 'Six people, two from each organisation.',
  });
  await world.act('nikos', course, 'RECORD_TASKS', {
    recurringTasks: [
      { task: 'Weekend rota', organisation: world.organisation('lodz'), post: 'Duty manager' },
      { task: 'Interpreters', organisation: world.organisation('helen'), post: 'Office manager' },
    ],
  });
  return { id, course };
}

/** Passed on with a written authority, declined with a reason, asked again, signed. */
export async function signSafeAtHome(world: DemoWorld, partnership: string): Promise<string> {
  const { dates } = world;
  await world.until(10, 12);
  const memorandum = await world.start('zofia', 'agreement', partnership, {
    title: `${TITLE}: memorandum of understanding`,
    kind: 'mou',
    isSection75: false,
  });
  await writeAgreement(world, 'zofia', memorandum, {
    EDIT_ABOUT: {
      title: `${TITLE}: memorandum of understanding`,
      partnershipName: TITLE,
      kind: 'mou',
      legalEffect: 'partly-binding',
      bindingMatters: ['Keeping information confidential'],
      governingLaw: 'England and Wales',
    },
    EDIT_PARTIES: {
      parties: [
        party(world, 'lodz', { kind: 'charity', part: 'lead', notices: 'lucja' }),
        party(world, 'council', { kind: 'council', part: 'partner', notices: 'rhodri' }),
        party(world, 'helen', { kind: 'charity', part: 'partner', notices: 'eleni' }),
      ],
      askCode: true,
    },
    EDIT_PURPOSES: {
      background: 'Families go to five offices, and tell their story in each.',
      people: 'families who live with violence',
      purposes: ['One door', 'One plan', 'A safe place on the same day'],
      outcomes: ['Every family has a safety plan within two days'],
    },
    EDIT_COMMITMENTS: {
      contributions: [
        { organisation: world.organisation('lodz'), what: 'The house at Weavers Row' },
        { organisation: world.organisation('council'), what: 'Two social workers' },
        { organisation: world.organisation('helen'), what: 'Two counsellors, and interpreters' },
      ],
    },
    EDIT_GOVERNANCE: {
      governanceGroup: 'Safe at Home group',
      meetingsEvery: 'monthly',
      quorum: 3,
      decisionRule: 'unanimous',
    },
    EDIT_INFORMATION: {
      informationPurpose: 'keep people safe',
      informationLegalBasis: 'consent, and vital interests where a child is in danger',
      informationLead: world.organisation('lodz'),
    },
    EDIT_STAFF: { staffArrangement: 'own-employer' },
    EDIT_MONEY: { moneyArrangement: 'each-own' },
    EDIT_DISPUTES: {
      disputeWorkingDaysPerLevel: 10,
      disputeFinalStep: 'mediation',
      complaintsLead: world.organisation('lodz'),
    },
    EDIT_REVIEW: {
      reviewEvery: 'yearly',
      firstReviewDate: dates.date(25),
      lastNoticeDay: dates.date(24, 20),
    },
    EDIT_TERM: { startDate: dates.date(13), noticeMonths: 3 },
    PUBLISH: {},
  });
  await closeReadinessPlans(world, partnership, {
    zofia: 'lodz',
    oliver: 'council',
    eleni: 'helen',
  });
  await world.until(10, 25);
  await agreeOnText(world, memorandum, ['zofia', 'oliver', 'nikos']);
  await world.until(11, 5);
  await world.act('zofia', memorandum, 'START_SIGNING');
  await sign(world, memorandum, 'lucja', 'Director', 'Resolution of the trustees');
  await world.actByMail('rhodri', memorandum, 'DELEGATE', {
    delegateTo: world.person('oliver').id,
    delegationAuthority: 'Scheme of delegation, 7.1',
  });
  await world.actByMail('eleni', memorandum, 'DECLINE', {
    reason: 'Our trustees meet on Thursday; I may not sign before that.',
  });
  await world.until(11, 12);
  await world.act('zofia', memorandum, 'SIGN_AGAIN', {
    againReason: 'The trustees have met and agreed.',
  });
  await sign(world, memorandum, 'eleni', 'Director', 'Resolution of the trustees');
  await sign(world, memorandum, 'oliver', 'Head of Safeguarding', 'Scheme of delegation, 7.1');
  return memorandum;
}
