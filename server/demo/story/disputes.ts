import { storeUpload } from '../../use-cases/store-upload.ts';
import type { DemoWorld } from '../demo-world.ts';

/** Climbs from the managers to independent help by the clock that the agreement sets, and is settled. */
export async function disputeThatClimbs(world: DemoWorld, partnership: string): Promise<void> {
  await world.until(26);
  const dispute = await giveNotice(world, {
    partnership,
    who: 'niamh',
    against: 'council',
    subject: 'Who pays for beds that wait for an assessment',
    talkedWith: 'The head of discharge and the head of assessment',
    whatHappened:
      'In twelve weeks, thirty-one people waited more than a day for an assessment. The trust paid for the beds.',
    whatIsSought: 'A rule in writing on who pays for a day that is waited.',
    clause: 'Money',
  });
  await world.until(26, 4);
  await world.actByMail('amara', dispute, 'GIVE_VIEW', {
    view: 'The requests came after four in the afternoon, when nobody can assess.',
    withoutPrejudice: false,
  });
  await world.actByMail('niamh', dispute, 'GIVE_VIEW', {
    view: 'To settle it we would carry the first day ourselves.',
    withoutPrejudice: true,
  });
  const offer = await storeUpload(
    world.services,
    { partnership, instance: dispute },
    {
      name: 'offer-to-settle.txt',
      mediaType: 'text/plain',
      bytes: Buffer.from(
        'The trust would carry the first day if the council carries the second.\n',
      ),
    },
  );
  await world.act('niamh', dispute, 'ADD_PAPER', {
    paperTitle: 'Our offer',
    paper: offer.hash,
    withoutPrejudice: true,
  });
  // Fifteen working days pass, and the clock takes it to the executives.
  await world.untilAfterDeadline(dispute);
  await world.actByMail('helena', dispute, 'PROPOSE_EXTENSION', {
    extensionDays: 5,
    extensionReason: 'The figures for the quarter come out next week.',
  });
  await world.actByMail('rhodri', dispute, 'AGREE_EXTENSION');
  // And once more, to somebody whom both sides trust.
  await world.untilAfterDeadline(dispute);
  await world.act('niamh', dispute, 'NAME_FACILITATOR', {
    facilitator: world.person('idris').id,
    facilitationMethod: 'mediation',
    facilitatorAgreed: true,
  });
  await world.later(12);
  await world.act('idris', dispute, 'REPORT_FACILITATION', {
    facilitationNote: 'Both sides want requests before noon. The first day could be shared.',
  });
  await world.actByMail('rhodri', dispute, 'RESOLVE', {
    agreedText:
      'Requests come before noon. The first day is shared, later days are paid by whoever is late.',
    agreedOn: world.today(),
  });
  await world.actByMail('helena', dispute, 'CONFIRM_OUTCOME', { confirmed: true });
}

/** Still open at the end of the story, with the executives. */
export async function openDispute(world: DemoWorld, partnership: string): Promise<void> {
  await world.until(56, 25);
  const dispute = await giveNotice(world, {
    partnership,
    who: 'zofia',
    against: 'trust',
    subject: 'Notice that volunteers get before somebody goes home',
    talkedWith: 'The discharge desk and the volunteer coordinator',
    whatHappened: 'On nine days of last month the list of people came after three o’clock.',
    whatIsSought: 'The list by noon, as the board decided at the first review.',
    clause: 'Commitments',
  });
  await world.until(57, 1);
  await world.actByMail('niamh', dispute, 'GIVE_VIEW', {
    view: 'The ward rounds have moved to the afternoon; the list cannot be ready by noon.',
    withoutPrejudice: false,
  });
}

async function giveNotice(
  world: DemoWorld,
  given: {
    readonly partnership: string;
    readonly who: string;
    readonly against: string;
    readonly subject: string;
    readonly talkedWith: string;
    readonly whatHappened: string;
    readonly whatIsSought: string;
    readonly clause: string;
  },
): Promise<string> {
  const { who, partnership, subject, talkedWith, whatHappened, whatIsSought, clause } = given;
  const dispute = await world.start(who, 'dispute', partnership, { subject });
  await world.act(who, dispute, 'RECORD_REFLECTION', {
    ownContribution: true,
    sharedGain: true,
    askedOthers: true,
    reflectedOn: world.today(),
  });
  await world.act(who, dispute, 'RECORD_TALK', { talkedOn: world.today(), talkedWith });
  await world.act(who, dispute, 'GIVE_NOTICE', {
    against: [world.organisation(given.against)],
    subject,
    whatHappened,
    whatIsSought,
    clause,
    workMeanwhile: 'Nobody waits because of this: both sides go on as before.',
  });
  return dispute;
}
