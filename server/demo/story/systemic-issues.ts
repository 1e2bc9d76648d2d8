import type { DemoWorld } from '../demo-world.ts';

const GROUP = 'Marlowe Vale executive group';

/** Two partnerships meet the same barrier: joined into one, referred, put off, decided. */
export async function issueSeenTwice(
  world: DemoWorld,
  { home, safe }: { readonly home: string; readonly safe: string },
): Promise<string> {
  const { dates } = world;
  await world.until(30);
  const main = await world.start('grace', 'systemic-issue', home, {
    title: 'No interpreter after six in the evening',
    kind: 'rules',
    barrier: 'The contract for interpreters ends at six, and no other may be called.',
    effectOnClients: 'People are told about their care in words they do not understand.',
    howOften: 'Twice a week, since the contract changed.',
    tried: 'We asked the contractor, and families to help out.',
    evidence: 'Fourteen evenings, listed without names.',
    wanted: 'A telephone service for evenings and weekends.',
  });
  await world.until(30, 14);
  const joined = await world.start('maria', 'systemic-issue', safe, {
    title: 'Interpreters are not paid for at night',
    kind: 'money',
    barrier: 'The council pays for interpreters only by day.',
    effectOnClients: 'A mother’s child had to interpret for her.',
    tried: 'We paid from donations for a month.',
    evidence: 'Nine nights in a quarter.',
  });
  await world.act('morgan', joined, 'JOIN', {
    mainIssue: main,
    joinReason: 'It is the same contract.',
  });
  await world.act('morgan', main, 'REFER', {
    secondTierGroup: GROUP,
    referralReason: 'Only the group can change the contract for all.',
  });
  await world.until(30, 24);
  await world.actByMail('beatrice', main, 'ACKNOWLEDGE', {
    whoLooks: 'The head of procurement',
    acknowledgement: 'It is on the agenda of the next meeting.',
  });
  await world.until(31, 20);
  await world.actByMail('beatrice', main, 'PUT_OFF', {
    newAnswerDate: dates.date(33),
    extensionReason: 'The contractor has to be heard.',
  });
  await world.until(32, 25);
  await world.actByMail('beatrice', main, 'DECIDE', {
    decision: 'accepted',
    decisionReasons: 'Nobody should need a child to interpret.',
    decidedBy: GROUP,
    decidedOn: world.today(),
    actionsPromised: [
      {
        action: 'Add evenings and weekends to the contract',
        post: 'Head of procurement',
        actionDue: dates.date(36),
      },
    ],
    actionsLookedAtOn: dates.date(37),
  });
  return main;
}

/** What came of it is told to all who raised it. */
export async function followUpIssue(world: DemoWorld, issue: string): Promise<void> {
  await world.until(36, 25);
  await world.act('morgan', issue, 'CLOSE', {
    whatCameOfIt: 'The telephone service has run since the first of the month, day and night.',
    removed: 'yes',
  });
}

/** Still with the second-tier group at the end of the story. */
export async function openIssue(world: DemoWorld, home: string): Promise<void> {
  await world.until(56, 9);
  const issue = await world.start('grace', 'systemic-issue', home, {
    title: 'Equipment for the home comes from two stores that cannot see each other’s stock',
    kind: 'procedure',
    barrier: 'A bed may stand in one store while the other says that there is none.',
    effectOnClients: 'People stay in hospital for want of a bed that is there.',
    howOften: 'Every week, since the stores were divided.',
    tried: 'We telephone both stores each morning.',
    evidence: 'Twenty-two people in a quarter; nine days on average.',
    wanted: 'One list of what is in stock.',
  });
  await world.until(56, 13);
  await world.act('morgan', issue, 'REFER', {
    secondTierGroup: GROUP,
    referralReason: 'The stores belong to two organisations.',
  });
  await world.until(56, 20);
  await world.actByMail('beatrice', issue, 'ACKNOWLEDGE', {
    whoLooks: 'The director of community services',
  });
}
