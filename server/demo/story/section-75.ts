import type { JsonObject, JsonValue } from '../../../engine/json-value.ts';
import { readInstance } from '../../use-cases/read-instance.ts';
import { storeUpload } from '../../use-cases/store-upload.ts';
import type { DemoWorld } from '../demo-world.ts';
import { agreeOnText, party, sign, writeAgreement } from './agreement-acts.ts';

const TITLE = 'Home from Hospital: partnership agreement';

/** Who answers for each area, by organisation. */
const LEADS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  council: {
    services: 'amara',
    finance: 'sian',
    people: 'daniel',
    legal: 'farah',
    information: 'tomasz',
  },
  trust: {
    services: 'niamh',
    finance: 'peter',
    people: 'leila',
    legal: 'ravi',
    information: 'chidi',
  },
};

/** A pooled fund under section 75: the checklist keeps it from being signed until it is complete. */
export async function agreeSection75(world: DemoWorld, partnership: string): Promise<string> {
  await world.until(19);
  const agreement = await world.start('amara', 'agreement', partnership, {
    title: TITLE,
    kind: 'partnership-agreement',
    legalEffect: 'binding',
    isSection75: true,
    arrangements: ['pooled-fund'],
  });
  await writeAgreement(world, 'amara', agreement, forms(world));
  await world.until(19, 12);
  await agreeOnText(world, agreement, ['farah', 'ravi']);
  await world.refused('amara', agreement, 'START_SIGNING');

  const { id: checklist } = await world.find(partnership, 's75-checklist');
  await world.until(20, 5);
  await answerChecklist(world, checklist, 'council', { byMail: false });
  await world.until(20, 20);
  await answerChecklist(world, checklist, 'trust', { byMail: true, gap: 'q6' });
  await world.refused('amara', agreement, 'START_SIGNING');
  await world.act('niamh', checklist, 'ACCEPT_GAP', {
    item: 'q6',
    reason: 'The earlier joint work of the community nurses is written up this year.',
    owner: world.person('niamh').id,
    due: world.dates.date(26),
  });
  await world.until(21);
  for (const [who, position] of [
    ['rhodri', 'Chief Executive'],
    ['helena', 'Chief Executive'],
  ] as const) {
    await world.actByMail(who, checklist, 'DECLARE', {
      fullName: world.person(who).name,
      position,
      satisfied: true,
    });
  }
  await world.until(21, 15);
  await world.act('amara', agreement, 'START_SIGNING');
  await sign(world, agreement, 'grainne', 'Chair of the board', 'Resolution of the board');
  await sign(world, agreement, 'rhodri', 'Chief Executive', 'Cabinet minute 52');
  await world.until(21, 22);
  await sign(world, agreement, 'helena', 'Chief Executive', 'Standing orders 4.2');
  return agreement;
}

/** The memorandum gives way to the agreement on the day that takes effect. */
export async function supersedeMemorandum(world: DemoWorld, memorandum: string): Promise<void> {
  await world.until(24, 2);
  await world.act('amara', memorandum, 'SUPERSEDE', {
    supersededBy: TITLE,
    endReason: 'The partnership agreement takes its place.',
  });
}

/** The gap that was accepted before the signature is closed before its day. */
export async function closeGap(world: DemoWorld, partnership: string): Promise<void> {
  await world.until(25, 20);
  const { id: checklist } = await world.find(partnership, 's75-checklist');
  await world.act('niamh', checklist, 'CLOSE_GAP', {
    item: 'q6',
    closedHow: 'The earlier joint work of the community nurses has been written up.',
    evidence: 'Report of the community nurses, on the board’s shared drive',
  });
}

function forms(world: DemoWorld): Readonly<Record<string, JsonObject>> {
  const { dates } = world;
  return {
    EDIT_ABOUT: {
      title: TITLE,
      partnershipName: 'Home from Hospital',
      kind: 'partnership-agreement',
      legalEffect: 'binding',
      governingLaw: 'England and Wales',
      isSection75: true,
      arrangements: ['pooled-fund'],
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
      ],
    },
    EDIT_PURPOSES: {
      background: 'Two years of joint work have shown that money has to follow the person.',
      people: 'adults who leave hospital and need help at home',
      area: 'Marlowe Vale',
      purposes: ['One fund for support at home in the first six weeks'],
      outcomes: ['Nine in ten people go home on the day that was planned'],
    },
    EDIT_SERVICES: {
      services: ['Reablement at home', 'Community nursing in the first six weeks'],
      eligibility:
        'Adults who live in Marlowe Vale and leave hospital with a need for help at home.',
      standards: ['The national standard for discharge'],
    },
    EDIT_SECTION_75: {
      nhsFunctions: ['Community nursing', 'Therapy at home'],
      councilFunctions: ['Assessment of needs for care', 'Care and support at home'],
      pooledFundHost: world.organisation('council'),
      poolManager: 'Head of Joint Commissioning',
      consultation: 'Users, carers, staff and their unions, in the autumn.',
    },
    EDIT_COMMITMENTS: {
      contributions: [
        {
          organisation: world.organisation('council'),
          what: 'Into the pooled fund, each year',
          amount: 110_000_000,
          when: 'In four parts',
        },
        {
          organisation: world.organisation('trust'),
          what: 'Into the pooled fund, each year',
          amount: 90_000_000,
          when: 'In four parts',
        },
      ],
    },
    EDIT_GOVERNANCE: {
      governanceGroup: 'Home from Hospital Board',
      meetingsEvery: 'quarterly',
      quorum: 2,
      decisionRule: 'unanimous',
      coordinator: 'Head of Joint Commissioning',
      reportsTo: 'the cabinet of the council and the board of the trust',
    },
    EDIT_INFORMATION: {
      informationPurpose: 'plan and pay for support at home',
      informationTypes: ['Name and address', 'What somebody needs at home', 'What was paid'],
      informationLegalBasis: 'public task',
      informationLead: world.organisation('council'),
    },
    EDIT_STAFF: { staffArrangement: 'own-employer' },
    EDIT_MONEY: {
      moneyArrangement: 'pooled',
      moneyHolder: world.organisation('council'),
      costSharing: 'Fifty-five parts to the council and forty-five to the trust.',
      overspend: 'Each bears its share, after the board has looked at it.',
      underspend: 'It stays in the fund for the next year.',
      vat: 'The rules for the host apply.',
      insurance: 'Each party keeps its own.',
    },
    EDIT_DISPUTES: {
      disputeWorkingDaysPerLevel: 15,
      disputeFinalStep: 'mediation',
      complaintsLead: world.organisation('council'),
      complaintsWorkingDays: 20,
    },
    EDIT_REVIEW: {
      reviewEvery: 'yearly',
      firstReviewDate: dates.date(36),
      lastNoticeDay: dates.date(35),
    },
    EDIT_TERM: { startDate: dates.date(24), endDate: dates.date(84), noticeMonths: 6 },
    PUBLISH: {},
  };
}

interface Item {
  readonly id: string;
  readonly organisation: string;
  readonly ownerArea: string;
  readonly question: string;
  readonly requirement: string;
}

/** The leads of one organisation answer all its items. */
async function answerChecklist(
  world: DemoWorld,
  checklist: string,
  key: string,
  { byMail, gap }: { readonly byMail: boolean; readonly gap?: string },
): Promise<void> {
  const { data } = await readInstance(world.services, world.asker('amara'), checklist);
  const items = (data['items'] ?? []) as unknown as readonly Item[];
  // Each lead answers theirs in one go.
  const own = items
    .filter(({ organisation }) => organisation === world.organisation(key))
    .sort((a, b) => a.ownerArea.localeCompare(b.ownerArea, 'en'));
  for (const item of own) {
    const who = LEADS[key]?.[item.ownerArea] ?? 'amara';
    const event = `ANSWER_${item.ownerArea.toUpperCase()}`;
    const fields = item.id === gap ? gapOf(world, item) : await inPlace(world, checklist, item);
    if (byMail) await world.actByMail(who, checklist, event, fields);
    else await world.act(who, checklist, event, fields);
  }
}

function gapOf(world: DemoWorld, item: Item): JsonObject {
  return {
    item: item.id,
    position: 'gap',
    answer: 'It is known to everybody here, and written down nowhere.',
    due: world.dates.date(26),
  };
}

async function inPlace(world: DemoWorld, checklist: string, item: Item): Promise<JsonObject> {
  const law = item.requirement === 'law';
  const file: JsonValue | undefined =
    item.id === 'q3' ? await reportOnConsultation(world, checklist) : undefined;
  return {
    item: item.id,
    position: 'assured',
    answer: law ? 'The agreement says so in words.' : 'Arranged, and looked at every year.',
    evidence: law ? 'The clause of that name in the agreement' : 'Report to the board, item 6',
    ...(file === undefined ? {} : { evidenceFile: file }),
  };
}

/** A file that comes with an answer. */
async function reportOnConsultation(world: DemoWorld, checklist: string): Promise<string> {
  const { hash } = await storeUpload(
    world.services,
    { partnership: null, instance: checklist },
    {
      name: 'report-on-the-consultation.csv',
      mediaType: 'text/csv',
      bytes: Buffer.from('who,how,answers\nUsers and carers,Letter,214\nUnions,Meeting,3\n'),
    },
  );
  return hash;
}
