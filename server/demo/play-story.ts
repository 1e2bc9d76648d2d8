import type { DemoWorld } from './demo-world.ts';
import { disputeThatClimbs, openDispute } from './story/disputes.ts';
import {
  agreeMemorandum,
  beginDelivery,
  designHomeFromHospital,
  prepareHomeFromHospital,
} from './story/home-from-hospital.ts';
import { correctSlip, draftNewAgreement, sendNewAgreement } from './story/new-agreement.ts';
import {
  correctTrialDate,
  endMemorandumOfSafeAtHome,
  firstReviewOfHomeFromHospital,
  firstReviewOfSafeAtHome,
  lastReviewOfSection75,
  reviewOfSection75,
} from './story/reviews.ts';
import { beginSafeAtHome, signSafeAtHome } from './story/safe-at-home.ts';
import { agreeSection75, closeGap, supersedeMemorandum } from './story/section-75.ts';
import { setUpInstallation } from './story/set-the-scene.ts';
import { followUpIssue, issueSeenTwice, openIssue } from './story/systemic-issues.ts';

/** Five years of two partnerships, in the order in which they happened. */
export async function playStory(world: DemoWorld): Promise<void> {
  const chapter = (title: string): void => world.narrator.chapter(title);
  chapter('Home from Hospital: stage 1, prepare');
  await setUpInstallation(world);
  const home = await prepareHomeFromHospital(world);
  chapter('Home from Hospital: stage 2, initiate and design');
  await designHomeFromHospital(world, home.course);
  chapter('A memorandum of understanding');
  const memorandum = await agreeMemorandum(world, home.id);
  chapter('Home from Hospital: stage 3, ongoing delivery');
  await beginDelivery(world, home);
  await correctTrialDate(world, home.course);
  chapter('Safe at Home begins, unsigned for a time');
  const safe = await beginSafeAtHome(world);
  await signSafeAtHome(world, safe.id);
  chapter('The first review');
  await firstReviewOfHomeFromHospital(world, home.id);
  chapter('A pooled fund under section 75');
  const agreement = await agreeSection75(world, home.id);
  chapter('Safe at Home is reviewed');
  await firstReviewOfSafeAtHome(world, safe.id);
  await supersedeMemorandum(world, memorandum);
  await closeGap(world, home.id);
  chapter('A dispute climbs its ladder');
  await disputeThatClimbs(world, home.id);
  chapter('A barrier that two partnerships meet');
  const issue = await issueSeenTwice(world, { home: home.id, safe: safe.id });
  chapter('Years of delivery');
  await reviewOfSection75(world, home.id);
  await followUpIssue(world, issue);
  await correctSlip(world, agreement);
  await lastReviewOfSection75(world, home.id);
  await endMemorandumOfSafeAtHome(world, safe);
  chapter('Where it stands today');
  const next = await draftNewAgreement(world, safe.id);
  await openIssue(world, home.id);
  await openDispute(world, home.id);
  await sendNewAgreement(world, next);
  await world.untilTheEnd();
}
