import { correctData } from '../../use-cases/correct-data.ts';
import { storeUpload } from '../../use-cases/store-upload.ts';
import type { DemoWorld } from '../demo-world.ts';
import { holdReview } from './hold-review.ts';

/** A date was typed wrongly: the coordinator corrects it with a reason, and the deadline moves. */
export async function correctTrialDate(world: DemoWorld, course: string): Promise<void> {
  await world.until(7);
  await correctData(world.services, world.asker('morgan'), {
    instance: course,
    changes: { evaluationDue: world.dates.date(12, 14) },
    reason: 'The trial began two weeks later than was written down.',
  });
  await world.settle();
}

export async function firstReviewOfHomeFromHospital(world: DemoWorld, id: string): Promise<void> {
  const { dates } = world;
  await world.until(14, 10);
  const { id: review } = await world.find(id, 'review', 'memorandum');
  await holdReview(world, {
    review,
    positions: {
      rhodri: { position: 'continue', reasons: 'Fewer days in hospital, and people like it.' },
      helena: { position: 'continue', reasons: 'Beds are free earlier in the day.' },
      lucja: {
        position: 'vary',
        reasons: 'Volunteers need to know a day earlier.',
        wanted: 'A list of tomorrow’s people by noon.',
      },
    },
    by: 'amara',
    outcome: {
      outcome: 'continue',
      outcomeReasons: 'All want it to go on; the list by noon needs no change of the text.',
      decidedBy: 'Home from Hospital Board',
      decidedOn: world.today(),
      nextReviewDate: dates.date(29),
      nextLastNoticeDay: dates.date(28, 15),
    },
  });
}

export async function firstReviewOfSafeAtHome(world: DemoWorld, id: string): Promise<void> {
  const { dates } = world;
  await world.until(22, 24);
  const { id: review } = await world.find(id, 'review', 'memorandum');
  await holdReview(world, {
    review,
    positions: {
      lucja: { position: 'continue', reasons: 'Families are safe sooner.' },
      rhodri: { position: 'continue', reasons: 'One door works.' },
      eleni: { position: 'continue', reasons: 'We would not go back.' },
    },
    by: 'zofia',
    outcome: {
      outcome: 'continue',
      outcomeReasons: 'It works.',
      decidedBy: 'Safe at Home group',
      decidedOn: world.today(),
      nextReviewDate: dates.date(49),
      nextLastNoticeDay: dates.date(48),
    },
  });
}

/** One organisation does not answer in time: the review is decided all the same, and says so. */
export async function reviewOfSection75(world: DemoWorld, id: string): Promise<void> {
  const { dates } = world;
  await world.until(34);
  const { id: review } = await world.find(id, 'review', 'partnership agreement');
  await holdReview(world, {
    review,
    positions: {
      rhodri: { position: 'look-closer', reasons: 'The fund was overspent by four in a hundred.' },
    },
    by: 'amara',
    outcome: {
      outcome: 'look-closer',
      outcomeReasons: 'The figures of the fund are looked at before anything is decided.',
      decidedBy: 'Home from Hospital Board',
      decidedOn: world.today(),
      questions: 'Where the overspend comes from. The two finance leads report within a quarter.',
      nextReviewDate: dates.date(48),
      nextLastNoticeDay: dates.date(47),
    },
  });
}

/** The last review of the story; the next one opens a fortnight after its end. */
export async function lastReviewOfSection75(world: DemoWorld, id: string): Promise<void> {
  const { dates } = world;
  await world.until(45, 15);
  const { id: review } = await world.find(id, 'review', 'partnership agreement');
  await holdReview(world, {
    review,
    positions: {
      rhodri: { position: 'continue', reasons: 'The fund balances.' },
      helena: { position: 'continue', reasons: 'Nearly nine in ten go home on the planned day.' },
    },
    by: 'amara',
    outcome: {
      outcome: 'continue',
      outcomeReasons: 'The overspend was a slip of booking and has been put right.',
      decidedBy: 'Home from Hospital Board',
      decidedOn: world.today(),
      nextReviewDate: dates.date(62),
      nextLastNoticeDay: dates.date(58, 98),
    },
  });
}

/** The council can no longer pay: a notice is drafted, checked, and served by hand. */
export async function endMemorandumOfSafeAtHome(
  world: DemoWorld,
  { id, course }: { readonly id: string; readonly course: string },
): Promise<void> {
  const { dates } = world;
  await world.until(46, 15);
  const { id: review } = await world.find(id, 'review', 'memorandum');
  await holdReview(world, {
    review,
    positions: {
      rhodri: { position: 'end', reasons: 'The council’s grant ends; a new footing is needed.' },
      lucja: {
        position: 'vary',
        reasons: 'We want a binding agreement.',
        wanted: 'Money for two years.',
      },
      eleni: { position: 'vary', reasons: 'Interpreters have to be paid for.' },
    },
    by: 'zofia',
    outcome: {
      outcome: 'end',
      outcomeReasons: 'The memorandum ends; a binding agreement takes its place.',
      decidedBy: 'Safe at Home group',
      decidedOn: world.today(),
      endsOn: dates.date(52, 14),
      noticeFrom: world.organisation('council'),
      noticeReasons: 'The grant on which the memorandum rests ends.',
    },
  });
  await world.until(47, 5);
  const receipt = await storeUpload(
    world.services,
    { partnership: id, instance: review },
    {
      name: 'receipt.txt',
      mediaType: 'text/plain',
      bytes: Buffer.from('Received by hand: the notice to end the memorandum.\n'),
    },
  );
  await world.act('rhodri', review, 'RECORD_SERVED', {
    servedOn: world.today(),
    servedPost: 'Chief Executive',
    servedOnWhom: 'The directors of Łódź House and of the Ελένη Centre',
    servedHow: 'hand',
    servedProof: receipt.hash,
  });
  await world.until(52, 20);
  await world.act('rhodri', course, 'EXTEND_UNSIGNED', {
    unsignedUntil: dates.date(60),
    unsignedReason: 'The work goes on while the new agreement is drafted and signed.',
    unsignedDecidedBy: 'Chief executives of the three organisations',
  });
  await world.act('zofia', course, 'CALL_REVIEW', {
    reviewDate: dates.date(64),
    reviewReason: 'What the new agreement has changed for families.',
  });
}
