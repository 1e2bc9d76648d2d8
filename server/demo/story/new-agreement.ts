import type { DemoWorld } from '../demo-world.ts';
import { agreeOnText, party, sign, writeAgreement } from './agreement-acts.ts';

const TITLE = 'Safe at Home: partnership agreement';

/** A slip of the pen in what was signed: proposed by one party, confirmed by the other. */
export async function correctSlip(world: DemoWorld, agreement: string): Promise<void> {
  await world.until(40);
  await world.act('farah', agreement, 'PROPOSE_CHANGE', {
    changeKind: 'correction',
    changeTitle: 'Name of the board',
    changeText: 'For “Home for Hospital Board” read “Home from Hospital Board”.',
  });
  await world.actByMail('helena', agreement, 'CONFIRM_CHANGE', { confirmed: true });
}

/** The binding agreement that takes the memorandum's place; answers the instance. */
export async function draftNewAgreement(world: DemoWorld, partnership: string): Promise<string> {
  const { dates } = world;
  await world.until(54);
  const agreement = await world.start('zofia', 'agreement', partnership, {
    title: TITLE,
    kind: 'partnership-agreement',
    legalEffect: 'binding',
    isSection75: false,
  });
  await writeAgreement(world, 'zofia', agreement, {
    EDIT_ABOUT: {
      title: TITLE,
      partnershipName: 'Safe at Home',
      kind: 'partnership-agreement',
      legalEffect: 'binding',
      governingLaw: 'England and Wales',
    },
    EDIT_PARTIES: {
      parties: [
        party(world, 'lodz', { kind: 'charity', part: 'lead', notices: 'lucja' }),
        party(world, 'council', { kind: 'council', part: 'partner', notices: 'rhodri' }),
        party(world, 'helen', { kind: 'charity', part: 'partner', notices: 'eleni' }),
      ],
    },
    EDIT_PURPOSES: {
      background: 'Four years in one house have shown what families need.',
      people: 'families who live with violence',
      area: 'Marlowe and Ŵyn Bridge',
      purposes: ['One door', 'One plan', 'A safe place on the same day'],
      outcomes: ['Every family has a safety plan within two days'],
    },
    EDIT_SERVICES: {
      services: ['Safety planning', 'Counselling', 'Places in the refuge'],
      eligibility: 'Families who live with violence in Marlowe or Ŵyn Bridge.',
    },
    EDIT_COMMITMENTS: {
      contributions: [
        { organisation: world.organisation('lodz'), what: 'The house at Weavers Row' },
        {
          organisation: world.organisation('council'),
          what: 'A grant each year',
          amount: 9_000_000,
          when: 'In April',
        },
        { organisation: world.organisation('helen'), what: 'Two counsellors, and interpreters' },
      ],
    },
    EDIT_GOVERNANCE: {
      governanceGroup: 'Safe at Home group',
      meetingsEvery: 'monthly',
      quorum: 3,
      decisionRule: 'unanimous',
      coordinator: 'Manager of the house at Weavers Row',
    },
    EDIT_INFORMATION: {
      informationPurpose: 'keep people safe',
      informationLegalBasis: 'consent, and vital interests where a child is in danger',
      informationLead: world.organisation('lodz'),
    },
    EDIT_STAFF: { staffArrangement: 'hosted' },
    EDIT_MONEY: { moneyArrangement: 'contributions', moneyHolder: world.organisation('lodz') },
    EDIT_DISPUTES: {
      disputeWorkingDaysPerLevel: 10,
      disputeFinalStep: 'mediation',
      complaintsLead: world.organisation('lodz'),
    },
    EDIT_REVIEW: {
      reviewEvery: 'yearly',
      firstReviewDate: dates.date(72),
      lastNoticeDay: dates.date(71),
    },
    EDIT_TERM: { startDate: dates.date(60), endDate: dates.date(96), noticeMonths: 6 },
    PUBLISH: {},
  });
  await world.until(54, 14);
  await agreeOnText(world, agreement, ['zofia', 'oliver', 'nikos']);
  return agreement;
}

/** Out for signature when the story ends: one party has signed, two are asked. */
export async function sendNewAgreement(world: DemoWorld, agreement: string): Promise<void> {
  await world.until(57, 12);
  await world.act('zofia', agreement, 'START_SIGNING');
  await world.until(57, 18);
  await sign(world, agreement, 'lucja', 'Director', 'Resolution of the trustees');
}
